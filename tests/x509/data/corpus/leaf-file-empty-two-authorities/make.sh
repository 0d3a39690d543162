#!/bin/bash
# Two authorities and no leaf.
. "$(dirname "$0")/../../lib.sh"
root R; ca J R; ca I J; leaf L I live.example.com
certificates I J
key L
known R
