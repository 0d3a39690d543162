#!/bin/bash
# The root without the intermediate between.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L R
key L
