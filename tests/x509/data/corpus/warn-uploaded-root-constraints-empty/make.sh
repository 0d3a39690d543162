#!/bin/bash
# The root's name constraints constrain nothing; it is uploaded.
. "$(dirname "$0")/../../lib.sh"
issue R "/O=Test/CN=Root R" self "$ROOT_EXT"$'\n2.5.29.30=critical,DER:3000'; ca I R; leaf L I live.example.com
certificates L I R
key L

