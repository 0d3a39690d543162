#!/bin/bash
# The attributes beside the key are in another order than DER's, as some tools write them.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; KIND=rsa leaf L I live.example.com
certificates L I
known R
openssl pkcs8 -topk8 -nocrypt -in L.key -outform DER -out key.der
"$data/key_form.py" unsorted key.der > edited.der
from_der "PRIVATE KEY" edited.der > "$here/key.pem"
