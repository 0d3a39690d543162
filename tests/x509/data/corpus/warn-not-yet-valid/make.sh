#!/bin/bash
# Valid from tomorrow.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; START=20260602000000Z leaf L I live.example.com
certificates L I
key L
known R
