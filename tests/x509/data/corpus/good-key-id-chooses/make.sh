#!/bin/bash
# Of two authorities with one name and key the one that the leaf names is taken for completion.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; cp I.key T.key; issue T "/O=Test/CN=Authority I" R "${CA_EXT/hash/0102030405060708090A0B0C0D0E0F1011121314}"; leaf L T live.example.com
certificates L
key L
issuers I T
known R
