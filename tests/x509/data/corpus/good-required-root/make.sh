#!/bin/bash
# A path to a demanded root.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
key L
required R
