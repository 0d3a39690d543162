#!/bin/bash
# As many days as clients of Apple take below a root of one's own.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; START=20260101000000Z END=20280405000000Z leaf L I live.example.com
certificates L I R
key L
