#!/bin/bash
# An extension is critical that OpenSSL's clients do not take as critical.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "${LEAF_EXT/authorityKeyIdentifier=keyid/authorityKeyIdentifier=critical,keyid}"$'\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
