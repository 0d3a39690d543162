#!/bin/bash
# Eleven certificates.
. "$(dirname "$0")/../../lib.sh"
usual
pem L I > "$here/certificates.pem"
for each in $(seq 9); do root "X$each"; pem "X$each" >> "$here/certificates.pem"; done
key L
