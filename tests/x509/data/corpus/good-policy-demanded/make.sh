#!/bin/bash
# The intermediate demands a policy, and the leaf has it.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\npolicyConstraints=critical,requireExplicitPolicy:0\ncertificatePolicies=1.2.3.4'
issue L /CN=live.example.com I "$LEAF_EXT"$'\ncertificatePolicies=1.2.3.4\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
