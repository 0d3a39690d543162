#!/bin/bash
# The label X509 CERTIFICATE of old tools.
. "$(dirname "$0")/../../lib.sh"
usual
known R
pem L I | sed "s/CERTIFICATE/X509 CERTIFICATE/" > "$here/certificates.pem"
key L
