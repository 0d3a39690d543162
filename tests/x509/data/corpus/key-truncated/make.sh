#!/bin/bash
# The END line is missing.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
head -n -1 L.key > "$here/key.pem"
