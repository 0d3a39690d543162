#!/bin/bash
# The primes of the key have the form of a library that made weak ones.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
"$data/weak_rsa.py" roca > L.key
leaf L I live.example.com
certificates L I
key L
known R
