#!/bin/bash
# PKCS#12, each byte as a character.
. "$(dirname "$0")/../../lib.sh"
usual
openssl pkcs12 -export -in L.crt -inkey L.key -certfile I.crt -passout pass: -out p
iconv -f LATIN1 -t UTF-8 p > "$here/certificates.pem"
key L
known R
