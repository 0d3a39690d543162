#!/bin/bash
# One bit of the CRT coefficient is wrong.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; KIND=rsa leaf L I live.example.com
certificates L I
known R
openssl pkcs8 -topk8 -nocrypt -in L.key -outform DER -out d; flip d 1
from_der "PRIVATE KEY" d > "$here/key.pem"
