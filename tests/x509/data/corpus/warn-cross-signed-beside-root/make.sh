#!/bin/bash
# The root and its cross-signed twin: one is superfluous.
. "$(dirname "$0")/../../lib.sh"
root R; root O "/O=Test/CN=Old root"
cp R.key X.key;  ca X O "/O=Test/CN=Root R"
ca I R; leaf L I live.example.com
certificates L I R X
key L
