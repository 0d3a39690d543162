#!/bin/bash
# The leaf writes its issuer's name as PrintableString, the issuer itself as UTF8String.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; cp I.key P.key; MASK=default issue P "/O=Test/CN=Authority I" R "$CA_EXT"; leaf L P live.example.com
certificates L I
key L
known R
