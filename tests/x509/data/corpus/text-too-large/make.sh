#!/bin/bash
# More text than any chain needs.
. "$(dirname "$0")/../../lib.sh"
usual
{ pem L I; head -c 300000 /dev/zero | tr "\0" "#" | fold -w 1000; } > "$here/certificates.pem"
key L
