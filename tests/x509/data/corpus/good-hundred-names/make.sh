#!/bin/bash
# A hundred names.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
leaf L I $(seq -f "host%g.example.com" 100)
certificates L I
key L
known R
