#!/bin/bash
# PKCS#7 as PEM.
. "$(dirname "$0")/../../lib.sh"
usual
openssl crl2pkcs7 -nocrl -certfile <(pem L I) > "$here/certificates.pem"
key L
known R
