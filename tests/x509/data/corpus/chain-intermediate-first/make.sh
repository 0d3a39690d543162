#!/bin/bash
# The intermediate before the leaf.
. "$(dirname "$0")/../../lib.sh"
usual
certificates I L
key L
known R
