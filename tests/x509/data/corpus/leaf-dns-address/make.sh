#!/bin/bash
# An address written as a DNS name.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\nsubjectAltName=DNS:192.0.2.1'
certificates L I
key L
known R
