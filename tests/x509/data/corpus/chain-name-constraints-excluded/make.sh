#!/bin/bash
# The leaf's name is excluded by the root.
. "$(dirname "$0")/../../lib.sh"
issue R "/CN=R" self "$ROOT_EXT"$'\nnameConstraints=critical,excluded;DNS:example.com'
ca I R; leaf L I live.example.com
certificates L I R
key L
