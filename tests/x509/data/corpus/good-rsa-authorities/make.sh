#!/bin/bash
# RSA all the way up.
. "$(dirname "$0")/../../lib.sh"
KIND=rsa root R
KIND=rsa ca I R
KIND=rsa leaf L I live.example.com
certificates L I
key L
known R
