#!/bin/bash
# Of two certificates of one authority the one whose name has the same bytes is taken.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; cp I.key P.key; MASK=default issue P "/O=Test/CN=Authority I" R "$CA_EXT"; leaf L P live.example.com
certificates L P I
key L
known R
