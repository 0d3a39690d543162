#!/bin/bash
# The leaf's address lies outside.
. "$(dirname "$0")/../../lib.sh"
root R
issue I /CN=I R "$CA_EXT"$'\nnameConstraints=critical,permitted;DNS:example.com,permitted;IP:192.0.2.0/255.255.255.0'
issue L /CN=live.example.com I "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com,IP:198.51.100.1'
certificates L I
key L
known R
