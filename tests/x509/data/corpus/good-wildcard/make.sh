#!/bin/bash
# A wildcard below a registered domain.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
leaf L I "*.example.com" example.com
certificates L I
key L
known R
