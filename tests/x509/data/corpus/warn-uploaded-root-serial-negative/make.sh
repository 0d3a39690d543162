#!/bin/bash
# The root's serial number is negative; it is uploaded.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; leaf L I live.example.com
edit R R serial 0202ff01
certificates L I R
key L

