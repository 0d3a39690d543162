#!/bin/bash
# Only an IP address.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\nsubjectAltName=IP:192.0.2.1'
certificates L I
key L
known R
