#!/bin/bash
# A truth value is one, and not all ones.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; leaf L I live.example.com
edit L I 0101ff 010101
certificates L I
key L
known R
