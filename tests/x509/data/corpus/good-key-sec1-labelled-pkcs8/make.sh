#!/bin/bash
# SEC 1 under the label of PKCS#8.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
openssl ec -in L.key 2>/dev/null | sed 's/ EC PRIVATE/ PRIVATE/' > "$here/key.pem"
