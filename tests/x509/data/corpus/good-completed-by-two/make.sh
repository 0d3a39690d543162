#!/bin/bash
# Two intermediates are missing and known.
. "$(dirname "$0")/../../lib.sh"
root R; ca A R; ca B A; leaf L B live.example.com
certificates L
key L
issuers A B R
