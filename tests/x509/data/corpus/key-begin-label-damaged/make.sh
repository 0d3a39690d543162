#!/bin/bash
# The label of the key's BEGIN line is damaged.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
sed '1s/PRIVATE/PRVATE/' L.key > "$here/key.pem"
known R
