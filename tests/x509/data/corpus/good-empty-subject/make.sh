#!/bin/bash
# No subject, the names in a critical SAN (RFC 5280 4.2.1.6).
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L / I "$LEAF_EXT"$'\nsubjectAltName=critical,DNS:live.example.com'
certificates L I
key L
known R
