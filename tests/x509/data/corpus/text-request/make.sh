#!/bin/bash
# The request instead of the certificate.
. "$(dirname "$0")/../../lib.sh"
usual
cat L.csr > "$here/certificates.pem"
key L
