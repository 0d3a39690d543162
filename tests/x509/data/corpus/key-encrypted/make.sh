#!/bin/bash
# PKCS#8 with a password.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
openssl pkcs8 -topk8 -in L.key -passout pass:secret -out "$here/key.pem"
