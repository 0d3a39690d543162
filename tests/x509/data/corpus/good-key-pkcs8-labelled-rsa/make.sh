#!/bin/bash
# PKCS#8 under the label of PKCS#1.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; KIND=rsa leaf L I live.example.com
certificates L I
known R
sed "s/PRIVATE KEY/RSA PRIVATE KEY/" L.key > "$here/key.pem"
