#!/bin/bash
# The subject of the intermediate has 120 parts, as no authority has.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "$(printf '/OU=Unit %.0f' $(seq 120))/CN=Authority I" R "$CA_EXT"; leaf L I live.example.com
certificates L I
key L
known R
