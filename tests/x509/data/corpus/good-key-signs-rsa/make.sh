#!/bin/bash
# A signature with the RSA key verifies.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; KIND=rsa leaf L I live.example.com
certificates L I
key L
known R
