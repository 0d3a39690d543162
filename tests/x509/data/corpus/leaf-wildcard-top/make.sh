#!/bin/bash
# A wildcard for a whole top-level domain.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\nsubjectAltName=DNS:*.com'
certificates L I
key L
known R
