#!/bin/bash
# A root's own signature does not matter.
. "$(dirname "$0")/../../lib.sh"
MD=sha1 root R
ca I R; leaf L I live.example.com
certificates L I R
key L
