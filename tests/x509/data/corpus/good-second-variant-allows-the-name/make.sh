#!/bin/bash
# Two variants of the intermediate: the first may not issue for the name.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; cp I.key V.key; issue V "/O=Test/CN=Authority I" R "$CA_EXT"$'\nnameConstraints=critical,permitted;DNS:example.org'; leaf L I live.example.com
certificates L V I
key L
known R
