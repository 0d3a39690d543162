#!/bin/bash
# No more than 398 days below a root of the system's.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
START=20260101000000Z; END=20270203000000Z; leaf L I live.example.com
certificates L I
key L
known R
