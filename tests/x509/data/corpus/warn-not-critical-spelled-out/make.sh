#!/bin/bash
# An extension of the intermediate writes out that it is not critical.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; leaf L I live.example.com
edit I R 0603551d0e 0603551d0e010100
certificates L I
key L
known R
