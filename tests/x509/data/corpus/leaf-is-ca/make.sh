#!/bin/bash
# An authority's certificate.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "${LEAF_EXT/CA:FALSE/CA:TRUE}"$'\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
