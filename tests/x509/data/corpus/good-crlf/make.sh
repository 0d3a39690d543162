#!/bin/bash
# Line ends of Windows.
. "$(dirname "$0")/../../lib.sh"
usual
known R
pem L I | sed "s/\$/\r/" > "$here/certificates.pem"
sed "s/\$/\r/" L.key > "$here/key.pem"
