#!/bin/bash
# The key in PKCS#1, as older tools write it.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
KIND=rsa leaf L I live.example.com
certificates L I
known R
openssl pkey -in L.key -traditional -out "$here/key.pem"
