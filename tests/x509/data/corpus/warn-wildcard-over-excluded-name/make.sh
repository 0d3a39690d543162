#!/bin/bash
# The wildcard covers a name that the intermediate excludes.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\nnameConstraints=critical,excluded;DNS:a.example.com'; leaf L I "*.example.com"
certificates L I
key L
known R
