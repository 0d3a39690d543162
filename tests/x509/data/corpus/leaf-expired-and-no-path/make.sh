#!/bin/bash
# The leaf expired, and no path leads to the demanded root: both are said.
. "$(dirname "$0")/../../lib.sh"
root R; root O; ca I R; END=20260531235959Z leaf L I live.example.com
certificates L I
key L
required O
