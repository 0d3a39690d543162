#!/bin/bash
# A wildcard for everything.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\nsubjectAltName=DNS:*'
certificates L I
key L
known R
