#!/bin/bash
# A character that is not base64.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
sed "2s/./*/" L.key > "$here/key.pem"
