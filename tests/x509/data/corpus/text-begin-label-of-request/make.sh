#!/bin/bash
# The leaf's BEGIN line is that of a request.
. "$(dirname "$0")/../../lib.sh"
usual
{ pem L | sed '1s/CERTIFICATE/CERTIFICATE REQUEST/'; pem I; } > "$here/certificates.pem"
key L
known R
