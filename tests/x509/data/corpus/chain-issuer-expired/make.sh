#!/bin/bash
# The intermediate expired.
. "$(dirname "$0")/../../lib.sh"
root R; END=20260101000000Z ca I R; leaf L I live.example.com
certificates L I
key L
known R
