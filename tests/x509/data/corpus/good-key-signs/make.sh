#!/bin/bash
# A signature with the elliptic-curve key verifies.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; KIND=ec384 leaf L I live.example.com
certificates L I
key L
known R
