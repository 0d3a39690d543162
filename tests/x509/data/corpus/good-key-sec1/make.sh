#!/bin/bash
# The key in SEC 1, as acme clients write it.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
openssl pkey -in L.key -traditional -out "$here/key.pem"
