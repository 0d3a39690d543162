#!/bin/bash
# The root expired.
. "$(dirname "$0")/../../lib.sh"
END=20260101000000Z root R; ca I R; leaf L I live.example.com
certificates L I R
key L
