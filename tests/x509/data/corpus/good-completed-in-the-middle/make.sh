#!/bin/bash
# The second intermediate is missing and known.
. "$(dirname "$0")/../../lib.sh"
root R; ca A R; ca B A; leaf L B live.example.com
certificates L B
key L
issuers A R
