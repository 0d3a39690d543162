#!/bin/bash
# The demanded root is uploaded and its serial number is negative: it is said once.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; leaf L I live.example.com
edit R R serial 0202ff01
certificates L I R
key L
required R
