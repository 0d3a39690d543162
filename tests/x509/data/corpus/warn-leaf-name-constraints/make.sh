#!/bin/bash
# The leaf has name constraints, which it keeps.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\nnameConstraints=permitted;DNS:example.com\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
