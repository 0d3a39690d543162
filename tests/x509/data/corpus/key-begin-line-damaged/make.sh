#!/bin/bash
# A dash of the key's BEGIN line is missing.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
sed "1s/-----$/----/" L.key > "$here/key.pem"
