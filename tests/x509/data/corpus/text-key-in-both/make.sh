#!/bin/bash
# The key stands in both texts, and the certificates in none.
. "$(dirname "$0")/../../lib.sh"
usual
cat L.key > "$here/certificates.pem"
key L
