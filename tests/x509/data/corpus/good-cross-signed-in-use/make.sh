#!/bin/bash
# A cross-signed root that is still valid, below the older root.
. "$(dirname "$0")/../../lib.sh"
root R; root O "/O=Test/CN=Old root"
cp R.key X.key;  ca X O "/O=Test/CN=Root R"
ca I R; leaf L I live.example.com
certificates L I X
key L
known O
