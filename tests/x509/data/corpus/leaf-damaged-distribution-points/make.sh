#!/bin/bash
# Inside an extension the DER cannot be read.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\n2.5.29.31=DER:300C300AA008A006860568747470\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
