#!/bin/bash
# Ends before it begins.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
START=21000101000000Z END=20900101000000Z leaf L I live.example.com
certificates L I
key L
known R
