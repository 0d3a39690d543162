#!/bin/bash
# An authority that fits the leaf's key identifier is offered, and a path is demanded.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; cp I.key T.key; issue T "/O=Test/CN=Authority I" R "${CA_EXT/hash/0102030405060708090A0B0C0D0E0F1011121314}"; leaf L T live.example.com
certificates L
key L
issuers I T
required R
