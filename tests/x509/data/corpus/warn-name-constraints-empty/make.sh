#!/bin/bash
# The intermediate's name constraints are empty.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\n2.5.29.30=critical,DER:3000'; leaf L I live.example.com
certificates L I
key L
known R
