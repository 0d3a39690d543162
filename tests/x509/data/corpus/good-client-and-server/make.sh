#!/bin/bash
# Extended key usage for clients too.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "${LEAF_EXT/serverAuth/clientAuth,serverAuth}"$'\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
