#!/bin/bash
# The demanded root may not sign certificates.
. "$(dirname "$0")/../../lib.sh"
issue R "/O=Test/CN=Root R" self "${ROOT_EXT/keyCertSign,/}"; ca I R; leaf L I live.example.com
certificates L I
key L
required R
