#!/bin/bash
# The subject is empty, and the alternative names are not critical.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; issue L / I "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
