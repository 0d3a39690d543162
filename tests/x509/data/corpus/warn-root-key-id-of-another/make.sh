#!/bin/bash
# The intermediate names another key than the known root carries.
. "$(dirname "$0")/../../lib.sh"
root R; cp R.key T.key; issue T "/O=Test/CN=Root R" self "${ROOT_EXT/hash/0102030405060708090A0B0C0D0E0F1011121314}"; ca I T; leaf L I live.example.com
certificates L I
key L
known R
