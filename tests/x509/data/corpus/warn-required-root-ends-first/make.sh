#!/bin/bash
# The root ends before the leaf does; it is required.
. "$(dirname "$0")/../../lib.sh"
END=20270101000000Z root R; ca I R; leaf L I live.example.com
certificates L I
key L
required R
