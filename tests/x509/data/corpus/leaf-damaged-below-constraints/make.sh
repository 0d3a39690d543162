#!/bin/bash
# An extension of the leaf cannot be read, so that nobody can compare its names.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\nnameConstraints=critical,permitted;DNS:example.com'
issue L /CN=live.example.com I "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com\ncrlDistributionPoints=DER:30020500'
certificates L I
key L
known R
