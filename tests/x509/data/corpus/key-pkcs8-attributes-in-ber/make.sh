#!/bin/bash
# An attribute beside the key has a length in more bytes than DER's.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; KIND=rsa leaf L I live.example.com
certificates L I
known R
openssl pkcs8 -topk8 -nocrypt -in L.key -outform DER -out key.der
"$data/key_form.py" ber key.der > edited.der
from_der "PRIVATE KEY" edited.der > "$here/key.pem"
