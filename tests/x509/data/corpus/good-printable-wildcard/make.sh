#!/bin/bash
# All clients take the asterisk.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; issue L "/CN=*.example.com" I "$LEAF_EXT"$'\nsubjectAltName=DNS:*.example.com'
edit L I 0c0d2a2e6578616d706c652e636f6d 130d2a2e6578616d706c652e636f6d
certificates L I
key L
known R
