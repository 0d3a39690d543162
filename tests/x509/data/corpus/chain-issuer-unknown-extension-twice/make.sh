#!/bin/bash
# The same at the intermediate.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\n1.2.3.4=DER:0500\n1.2.3.5=DER:0500'
edit I R 06032a0305 06032a0304; leaf L I live.example.com
certificates L I
key L
known R
