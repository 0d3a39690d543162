#!/bin/bash
# PKCS#7 as DER, in base64 without lines around it.
. "$(dirname "$0")/../../lib.sh"
usual
openssl crl2pkcs7 -nocrl -certfile <(pem L I) -outform DER | base64 > "$here/certificates.pem"
key L
known R
