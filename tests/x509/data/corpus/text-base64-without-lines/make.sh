#!/bin/bash
# The BEGIN and END lines are missing.
. "$(dirname "$0")/../../lib.sh"
usual
pem L | grep -v -- ----- > "$here/certificates.pem"
key L
known R
