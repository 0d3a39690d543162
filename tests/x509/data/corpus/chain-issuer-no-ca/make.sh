#!/bin/bash
# A server's certificate issued the leaf.
. "$(dirname "$0")/../../lib.sh"
root R; leaf I R issuer.example.com; leaf L I live.example.com
certificates L I
key L
known R
