#!/bin/bash
# The PEM once more in base64.
. "$(dirname "$0")/../../lib.sh"
usual
pem L I | base64 -w 76 > "$here/certificates.pem"
key L
known R
