#!/bin/bash
# DER in hexadecimal instead of PEM.
. "$(dirname "$0")/../../lib.sh"
usual
to_der L d; od -An -tx1 d > "$here/certificates.pem"
key L
