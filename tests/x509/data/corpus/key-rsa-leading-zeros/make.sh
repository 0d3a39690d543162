#!/bin/bash
# The numbers of the RSA key have zeros in front, which Go and Rust refuse.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; KIND=rsa leaf L I live.example.com
certificates L I
known R
openssl rsa -traditional -in L.key -outform DER -out key.der 2>/dev/null
"$data/key_form.py" zeros key.der > edited.der
from_der "RSA PRIVATE KEY" edited.der > "$here/key.pem"
