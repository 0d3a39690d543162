#!/bin/bash
# A character that is not base64.
. "$(dirname "$0")/../../lib.sh"
usual
pem L I | sed "3s/./!/" > "$here/certificates.pem"
key L
