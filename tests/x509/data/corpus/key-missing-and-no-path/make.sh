#!/bin/bash
# The key is missing, and no path leads to the demanded root: both are said.
. "$(dirname "$0")/../../lib.sh"
usual; root O
certificates L I
: > "$here/key.pem"
required O
