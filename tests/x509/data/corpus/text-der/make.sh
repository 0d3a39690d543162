#!/bin/bash
# DER, each byte as a character.
. "$(dirname "$0")/../../lib.sh"
usual
to_der L d; iconv -f LATIN1 -t UTF-8 d > "$here/certificates.pem"
key L
known R
