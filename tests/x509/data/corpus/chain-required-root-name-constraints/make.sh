#!/bin/bash
# The demanded root may not issue for the name of the leaf.
. "$(dirname "$0")/../../lib.sh"
issue R "/O=Test/CN=Root R" self "$ROOT_EXT"$'\nnameConstraints=critical,permitted;DNS:example.org'; ca I R; leaf L I live.example.com
certificates L I
key L
required R
