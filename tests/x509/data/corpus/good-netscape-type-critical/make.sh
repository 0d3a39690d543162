#!/bin/bash
# OpenSSL and others know the type critical.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\nnsCertType=critical,server\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
