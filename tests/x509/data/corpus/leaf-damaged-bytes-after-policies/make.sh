#!/bin/bash
# Inside an extension the DER cannot be read.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\n2.5.29.32=DER:300630040602290300\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
