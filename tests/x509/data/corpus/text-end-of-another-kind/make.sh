#!/bin/bash
# BEGIN and END lines that do not fit.
. "$(dirname "$0")/../../lib.sh"
usual
pem L | sed "s/END CERTIFICATE/END PUBLIC KEY/" > "$here/certificates.pem"
key L
