#!/bin/bash
# Bytes after the certificate inside its block.
. "$(dirname "$0")/../../lib.sh"
usual
to_der L d; printf "\0\0" >> d
{ from_der CERTIFICATE d; pem I; } > "$here/certificates.pem"
key L
