#!/bin/bash
# Of two demanded roots with one name and key one may not issue for the leaf; the other does.
. "$(dirname "$0")/../../lib.sh"
root R; cp R.key S.key; issue S "/O=Test/CN=Root R" self "$ROOT_EXT"$'\nnameConstraints=critical,permitted;DNS:example.org'; ca I R; leaf L I live.example.com
certificates L I
key L
required S R
