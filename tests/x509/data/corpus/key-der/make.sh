#!/bin/bash
# The key as DER in base64, without lines around it.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
grep -v -- ----- L.key > "$here/key.pem"
