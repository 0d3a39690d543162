#!/bin/bash
# Bytes after the key inside its block.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
openssl pkcs8 -topk8 -nocrypt -in L.key -outform DER -out d; printf "\0" >> d
from_der "PRIVATE KEY" d > "$here/key.pem"
