#!/bin/bash
# The intermediate is missing on the way to a demanded root.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L
key L
required R
