#!/bin/bash
# A PrintableString holds a character that it may not.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; issue L /CN=live_a.example.com I "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com'
edit L I 0c126c6976655f612e6578616d706c652e636f6d 13126c6976655f612e6578616d706c652e636f6d
certificates L I
key L
known R
