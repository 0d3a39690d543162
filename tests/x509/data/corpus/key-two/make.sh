#!/bin/bash
# Two private keys.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
new_key M; cat L.key M.key > "$here/key.pem"
