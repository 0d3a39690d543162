#!/bin/bash
# A password in OpenSSL's old way.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; KIND=rsa leaf L I live.example.com
certificates L I
known R
openssl rsa -in L.key -traditional -aes128 -passout pass:secret -out "$here/key.pem" 2> /dev/null
