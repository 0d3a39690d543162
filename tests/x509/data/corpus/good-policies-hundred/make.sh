#!/bin/bash
# Leaf and authority share a hundred policies, of which one is demanded.
. "$(dirname "$0")/../../lib.sh"
list=$(seq -f '1.2.4.%.0f' -s , 100)
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\npolicyConstraints=critical,requireExplicitPolicy:0\ncertificatePolicies='"$list"
issue L "/CN=live.example.com" I "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com\ncertificatePolicies='"$list"
certificates L I
key L
known R
