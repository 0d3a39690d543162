#!/bin/bash
# The subject of the authority is empty.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R /; leaf L I live.example.com
certificates L I
key L
known R
