#!/bin/bash
# PKCS#8 under the label of SEC 1.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
sed 's/ PRIVATE/ EC PRIVATE/' L.key > "$here/key.pem"
