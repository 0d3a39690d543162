#!/bin/bash
# Only a common name.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"
certificates L I
key L
known R
