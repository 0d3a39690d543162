#!/bin/bash
# An intermediate with RSA of 1024 bits.
. "$(dirname "$0")/../../lib.sh"
root R; KIND=rsa1024 ca I R; leaf L I live.example.com
certificates L I
key L
known R
