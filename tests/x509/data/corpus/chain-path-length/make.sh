#!/bin/bash
# An intermediate below one that may issue leaves only.
. "$(dirname "$0")/../../lib.sh"
root R; issue A "/CN=A" R "${CA_EXT/CA:TRUE/CA:TRUE,pathlen:0}"; ca B A; leaf L B live.example.com
certificates L B A
key L
known R
