#!/bin/bash
# The known root allows no intermediate.
. "$(dirname "$0")/../../lib.sh"
issue R "/O=Test/CN=Root R" self "${ROOT_EXT/CA:TRUE/CA:TRUE,pathlen:0}"; ca I R; ca J I; leaf L J live.example.com
certificates L J I
key L
known R
