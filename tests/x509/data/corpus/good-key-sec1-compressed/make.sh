#!/bin/bash
# The key carries its point compressed.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
openssl ec -in L.key -conv_form compressed -out "$here/key.pem" 2> /dev/null
