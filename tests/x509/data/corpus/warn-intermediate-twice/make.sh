#!/bin/bash
# The intermediate again.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I I
key L
known R
