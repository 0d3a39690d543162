#!/bin/bash
# The DER ends too early.
. "$(dirname "$0")/../../lib.sh"
usual
to_der L d; head -c -9 d > e
{ from_der CERTIFICATE e; pem I; } > "$here/certificates.pem"
key L
