#!/bin/bash
# No key inside.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
openssl pkcs8 -topk8 -nocrypt -in L.key -outform DER -out d; head -c 60 d > e
from_der "PRIVATE KEY" e > "$here/key.pem"
