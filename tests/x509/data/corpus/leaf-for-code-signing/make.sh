#!/bin/bash
# Extended key usage for code signing.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "${LEAF_EXT/serverAuth/codeSigning}"$'\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
