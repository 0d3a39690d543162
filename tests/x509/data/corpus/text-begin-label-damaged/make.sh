#!/bin/bash
# The label of the leaf's BEGIN line is damaged: nothing is said about the others.
. "$(dirname "$0")/../../lib.sh"
usual
{ pem L | sed '1s/CERTIFICATE/CERTFICATE/'; pem I; } > "$here/certificates.pem"
key L
known R
