#!/bin/bash
# Signed by P-384 with SHA-384.
. "$(dirname "$0")/../../lib.sh"
KIND=ec384
MD=sha384
root R; ca I R
KIND=ec leaf L I live.example.com
certificates L I
key L
known R
