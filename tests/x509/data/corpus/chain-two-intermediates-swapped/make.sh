#!/bin/bash
# Two intermediates changed places.
. "$(dirname "$0")/../../lib.sh"
root R; ca A R; ca B A; leaf L B live.example.com
certificates L A B
key L
known R
