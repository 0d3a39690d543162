#!/bin/bash
# An intermediate that may issue leaves only, doing that.
. "$(dirname "$0")/../../lib.sh"
root R
issue I /CN=I R "${CA_EXT/CA:TRUE/CA:TRUE,pathlen:0}"
leaf L I live.example.com
certificates L I
key L
known R
