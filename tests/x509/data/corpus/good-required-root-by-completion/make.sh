#!/bin/bash
# A path to a demanded root, once completed.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L
key L
issuers I
required R
