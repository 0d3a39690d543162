#!/bin/bash
# The leaf's name lies outside the intermediate's constraints.
. "$(dirname "$0")/../../lib.sh"
root R
issue I /CN=I R "$CA_EXT"$'\nnameConstraints=critical,permitted;DNS:example.org'
leaf L I live.example.com
certificates L I
key L
known R
