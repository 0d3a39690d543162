#!/bin/bash
# A prime of the key is none: all its numbers fit each other, and what it signs does not verify.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; KIND=rsa leaf L I live.example.com
spki() { openssl pkey -in L.key -pubout -outform DER 2>/dev/null | od -An -tx1 | tr -d ' \n'; }
"$data/weak_rsa.py" composite > L.key
edit L I key "$(spki)"
certificates L I
key L
known R
