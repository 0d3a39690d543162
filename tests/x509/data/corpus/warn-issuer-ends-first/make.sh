#!/bin/bash
# The intermediate ends before the leaf does.
. "$(dirname "$0")/../../lib.sh"
root R; END=20270101000000Z ca I R; leaf L I live.example.com
certificates L I
key L
known R
