#!/bin/bash
# The intermediate names 8,000 distribution points without a word in any.
. "$(dirname "$0")/../../lib.sh"
root R
points=$(python3 -c 'n = 8000; print("DER:3082%04X" % (2 * n) + "3000" * n)')
issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\ncrlDistributionPoints='"$points"; leaf L I live.example.com
certificates L I
key L
known R
