#!/bin/bash
# A public exponent above 2^32.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:1099511627791 -out L.key 2> /dev/null
leaf L I live.example.com
certificates L I
key L
known R
