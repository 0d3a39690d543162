#!/bin/bash
# RSA for key encipherment only: TLS 1.2 of old.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
KIND=rsa issue L /CN=live.example.com I "${LEAF_EXT/digitalSignature/keyEncipherment}"$'\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
