#!/bin/bash
# The certificates stand in both texts, and the key in none.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
pem L I > "$here/key.pem"
known R
