#!/bin/bash
# An RSA key of 1024 bits and its certificate.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; KIND=rsa1024 leaf L I live.example.com
certificates L I
key L
known R
