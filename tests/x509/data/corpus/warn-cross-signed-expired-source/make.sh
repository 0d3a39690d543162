#!/bin/bash
# An expired cross-signed root at the end, the source knows the new one.
. "$(dirname "$0")/../../lib.sh"
root R; root O "/O=Test/CN=Old root"
cp R.key X.key; END=20210930000000Z ca X O "/O=Test/CN=Root R"
ca I R; leaf L I live.example.com
certificates L I X O
key L
issuers R
