#!/bin/bash
# The key stands in both texts.
. "$(dirname "$0")/../../lib.sh"
usual
{ pem L I; cat L.key; } > "$here/certificates.pem"
key L
known R
