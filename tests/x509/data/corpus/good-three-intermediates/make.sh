#!/bin/bash
# A long chain.
. "$(dirname "$0")/../../lib.sh"
root R; ca A R; ca B A; ca C B; leaf L C live.example.com
certificates L C B A
key L
known R
