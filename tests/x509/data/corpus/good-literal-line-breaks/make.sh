#!/bin/bash
# Line breaks that became backslash-n when pasted from JSON.
. "$(dirname "$0")/../../lib.sh"
usual
known R
pem L I | sed "s/\$/\\\\n/" | tr -d "\n" > "$here/certificates.pem"
sed "s/\$/\\\\r\\\\n/" L.key | tr -d "\n" > "$here/key.pem"
