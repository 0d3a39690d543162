#!/bin/bash
# No private key.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
echo "see the vault" > "$here/key.pem"
known R
