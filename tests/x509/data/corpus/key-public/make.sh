#!/bin/bash
# The public key instead of the private one.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
openssl pkey -in L.key -pubout -out "$here/key.pem"
