#!/bin/bash
# Key usage of an authority.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "${LEAF_EXT/digitalSignature/keyCertSign,cRLSign}"$'\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
