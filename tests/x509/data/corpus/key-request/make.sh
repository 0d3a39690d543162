#!/bin/bash
# A certificate request instead of the key.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
cp L.csr "$here/key.pem"
known R
