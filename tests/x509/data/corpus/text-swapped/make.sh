#!/bin/bash
# Certificates and key in each other's place.
. "$(dirname "$0")/../../lib.sh"
usual
pem L I > "$here/key.pem"
cat L.key > "$here/certificates.pem"
