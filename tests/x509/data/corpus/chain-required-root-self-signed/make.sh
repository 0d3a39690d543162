#!/bin/bash
# A self-signed leaf where a root is demanded.
. "$(dirname "$0")/../../lib.sh"
root R; issue L /CN=live.example.com self "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com'
certificates L
key L
required R
