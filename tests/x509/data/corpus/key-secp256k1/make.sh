#!/bin/bash
# A curve that TLS does not use.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; KIND=secp256k1 leaf L I live.example.com
certificates L I
key L
known R
