#!/bin/bash
# A dash of the leaf's BEGIN line is missing: nothing is said about the others.
. "$(dirname "$0")/../../lib.sh"
usual
{ pem L | sed "1s/^-//"; pem I; } > "$here/certificates.pem"
key L
known R
