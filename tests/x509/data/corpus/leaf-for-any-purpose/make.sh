#!/bin/bash
# anyExtendedKeyUsage without serverAuth, which OpenSSL clients refuse.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "${LEAF_EXT/serverAuth/anyExtendedKeyUsage}"$'\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
