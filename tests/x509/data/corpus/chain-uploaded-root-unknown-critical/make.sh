#!/bin/bash
# The uploaded root has a critical extension that nobody understands.
. "$(dirname "$0")/../../lib.sh"
issue R "/O=Test/CN=Root R" self "$ROOT_EXT"$'\n1.2.3.4=critical,ASN1:NULL'; ca I R; leaf L I live.example.com
certificates L I R
key L
