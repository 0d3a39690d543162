#!/bin/bash
# The leaf stands in both texts.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
{ cat L.key; pem L; } > "$here/key.pem"
known R
