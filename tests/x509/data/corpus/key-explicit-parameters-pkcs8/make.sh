#!/bin/bash
# The same in PKCS#8.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
openssl pkey -in L.key -ec_param_enc explicit -out "$here/key.pem"
