#!/bin/bash
# A leaf that the root issued itself.
. "$(dirname "$0")/../../lib.sh"
root R; leaf L R live.example.com
certificates L R
key L
