#!/bin/bash
# Inside an extension the DER cannot be read.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "${LEAF_EXT/extendedKeyUsage=serverAuth/2.5.29.37=DER:30810A06082B06010505070301}"$'\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
