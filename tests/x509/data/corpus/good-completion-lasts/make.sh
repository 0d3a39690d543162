#!/bin/bash
# Of two variants that the source knows, the first ends before the leaf does.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; leaf L I live.example.com
cp I.key V.key; END=20270101000000Z issue V "/O=Test/CN=Authority I" R "$CA_EXT"
certificates L
key L
issuers V I
required R
