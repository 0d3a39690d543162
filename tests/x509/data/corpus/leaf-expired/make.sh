#!/bin/bash
# Expired yesterday.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
END=20260531235959Z leaf L I live.example.com
certificates L I
key L
known R
