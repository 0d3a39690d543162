#!/bin/bash
# The known root is no authority.
. "$(dirname "$0")/../../lib.sh"
issue R "/O=Test/CN=Root R" self "${ROOT_EXT/CA:TRUE/CA:FALSE}"; ca I R; leaf L I live.example.com
certificates L I
key L
known R
