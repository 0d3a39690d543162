#!/bin/bash
# UTF-16, each byte as a character.
. "$(dirname "$0")/../../lib.sh"
usual
pem L I | iconv -t UTF-16LE > d; { printf "\xff\xfe"; cat d; } | iconv -f LATIN1 -t UTF-8 > "$here/certificates.pem"
key L
known R
