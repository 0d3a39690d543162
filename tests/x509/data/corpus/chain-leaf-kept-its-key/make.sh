#!/bin/bash
# The old leaf of the same key stands behind the renewed one.
. "$(dirname "$0")/../../lib.sh"
usual; cp L.key M.key; leaf M I live.example.com
certificates L M I
known R
key L
