#!/bin/bash
# The demanded root is uploaded and is no authority: it is said once.
. "$(dirname "$0")/../../lib.sh"
issue R "/O=Test/CN=Root R" self $'basicConstraints=critical,CA:FALSE\nsubjectKeyIdentifier=hash'; ca I R; leaf L I live.example.com
certificates L I R
key L
required R
