#!/bin/bash
# The primes of the key are neighbours.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
"$data/weak_rsa.py" close > L.key
leaf L I live.example.com
certificates L I
key L
known R
