#!/bin/bash
# The key usage of the leaf has keyCertSign beside digitalSignature.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "${LEAF_EXT/digitalSignature/digitalSignature,keyCertSign}"$'\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
