#!/bin/bash
# A public key among the certificates.
. "$(dirname "$0")/../../lib.sh"
usual
{ pem L; openssl pkey -in L.key -pubout; pem I; } > "$here/certificates.pem"
key L
known R
