#!/bin/bash
# An RSA key for an ECDSA certificate.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
new_key M rsa; key M
