#!/bin/bash
# The second certificate is no certificate inside.
. "$(dirname "$0")/../../lib.sh"
usual
to_der I d; printf "\x31" | dd of=d conv=notrunc status=none
{ pem L; from_der CERTIFICATE d; } > "$here/certificates.pem"
key L
