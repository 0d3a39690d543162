#!/bin/bash
# The key stands in both texts, the certificates beside it where the key belongs.
. "$(dirname "$0")/../../lib.sh"
usual
cat L.key > "$here/certificates.pem"
{ cat L.key; pem L I; } > "$here/key.pem"
