#!/bin/bash
# The serial number is negative.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; leaf L I live.example.com
edit L I serial 0202ff01
certificates L I
key L
known R
