#!/bin/bash
# The same, and a path to a root is demanded.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; cp I.key P.key; MASK=default issue P "/O=Test/CN=Authority I" R "$CA_EXT"; leaf L P live.example.com
certificates L I
key L
required R
