#!/bin/bash
# ECDSA cannot encipher keys.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "${LEAF_EXT/digitalSignature/keyEncipherment}"$'\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
