#!/bin/bash
# Blank lines, and what openssl x509 -text prints, between the blocks.
. "$(dirname "$0")/../../lib.sh"
usual
known R
{ openssl x509 -in L.crt -text; echo; echo; echo "# the intermediate"; pem I; echo; } > "$here/certificates.pem"
{ echo; cat L.key; echo; } > "$here/key.pem"
