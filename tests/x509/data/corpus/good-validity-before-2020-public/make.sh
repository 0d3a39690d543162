#!/bin/bash
# More than 398 days below a root of the system's, issued before the rule.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
START=20200801000000Z; END=20220101000000Z; leaf L I live.example.com
certificates L I
key L
known R
