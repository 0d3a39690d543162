#!/bin/bash
# Name constraints, understood, on a leaf that is then fine otherwise; its SAN is damaged.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\nsubjectAltName=DER:3003820a61'
certificates L I
key L
known R
