#!/bin/bash
# The key is another one; the source knows the way to the demanded root, so that no path is missing.
. "$(dirname "$0")/../../lib.sh"
usual; new_key X
certificates L
key X
issuers I
required R
