#!/bin/bash
# Leaf and authority have 700 policies, and share them: a check would take more than an upload may.
. "$(dirname "$0")/../../lib.sh"
list=$(seq -f '1.2.4.%.0f' -s , 700)
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\npolicyConstraints=critical,requireExplicitPolicy:0\ncertificatePolicies='"$list"
issue L "/CN=live.example.com" I "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com\ncertificatePolicies='"$list"
certificates L I
key L
known R
