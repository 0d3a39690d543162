#!/bin/bash
# The leaf has name constraints that cannot be read.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; issue L /CN=live.example.com I "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com\n2.5.29.30=critical,DER:3003a002'
certificates L I
key L
known R
