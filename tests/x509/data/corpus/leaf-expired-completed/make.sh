#!/bin/bash
# The leaf expired; the source knows the way to the demanded root, so that no path is missing.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; END=20260531235959Z leaf L I live.example.com
certificates L
key L
issuers I
required R
