#!/bin/bash
# The BEGIN line of the intermediate is missing.
. "$(dirname "$0")/../../lib.sh"
usual
{ pem L; pem I | sed 1d; } > "$here/certificates.pem"
key L
known R
