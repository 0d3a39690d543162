#!/bin/bash
# The intermediate is signed with SHA-1.
. "$(dirname "$0")/../../lib.sh"
root R; MD=sha1 ca I R; leaf L I live.example.com
certificates L I
key L
known R
