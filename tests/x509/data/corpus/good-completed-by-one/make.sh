#!/bin/bash
# The intermediate is missing and known.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L
key L
issuers I R
