#!/bin/bash
# The leaf writes its issuer's name in other case and with more spaces.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; cp I.key P.key; issue P "/O=TEST/CN=authority   i" R "$CA_EXT"; leaf L P live.example.com
certificates L I
key L
known R
