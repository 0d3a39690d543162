#!/bin/bash
# The Netscape type names clients only.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\nnsCertType=client\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
