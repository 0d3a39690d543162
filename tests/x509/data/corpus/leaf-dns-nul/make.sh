#!/bin/bash
# A NUL byte in a name.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\nsubjectAltName=DER:301782156c6976652e6578616d706c652e636f6d002e65782e'
certificates L I
key L
known R
