#!/bin/bash
# PKCS#1 under the label of PKCS#8.
. "$(dirname "$0")/../../lib.sh"
KIND=rsa usual
certificates L I
known R
openssl rsa -in L.key -traditional 2>/dev/null | sed 's/ RSA PRIVATE/ PRIVATE/' > "$here/key.pem"
