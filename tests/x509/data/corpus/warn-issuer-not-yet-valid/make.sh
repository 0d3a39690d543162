#!/bin/bash
# The intermediate is valid from tomorrow.
. "$(dirname "$0")/../../lib.sh"
root R; START=20260602000000Z ca I R; leaf L I live.example.com
certificates L I
key L
known R
