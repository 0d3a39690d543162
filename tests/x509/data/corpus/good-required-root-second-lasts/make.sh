#!/bin/bash
# Of two demanded roots of one name and key, the second ends after the leaf.
. "$(dirname "$0")/../../lib.sh"
END=20270101000000Z root R; ca I R; leaf L I live.example.com
cp R.key S.key; issue S "/O=Test/CN=Root R" self "$ROOT_EXT"
certificates L I
key L
required R S
