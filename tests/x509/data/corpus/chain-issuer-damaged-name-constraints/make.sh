#!/bin/bash
# The name constraints of the intermediate cannot be read: no name lies outside.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\n2.5.29.30=critical,DER:3003a002'; leaf L I live.example.com
certificates L I
key L
known R
