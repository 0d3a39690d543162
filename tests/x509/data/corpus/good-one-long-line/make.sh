#!/bin/bash
# Base64 without line breaks inside.
. "$(dirname "$0")/../../lib.sh"
usual
known R
for each in L I; do to_der $each d; echo "-----BEGIN CERTIFICATE-----"; base64 -w 0 d; echo; echo "-----END CERTIFICATE-----"; done > "$here/certificates.pem"
key L
