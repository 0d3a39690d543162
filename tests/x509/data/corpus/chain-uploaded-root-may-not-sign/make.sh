#!/bin/bash
# The uploaded root may not sign certificates.
. "$(dirname "$0")/../../lib.sh"
issue R "/O=Test/CN=Root R" self "${ROOT_EXT/keyCertSign,/}"; ca I R; leaf L I live.example.com
certificates L I R
key L
