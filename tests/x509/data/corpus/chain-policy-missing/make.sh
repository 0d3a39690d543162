#!/bin/bash
# The intermediate demands a policy, and the leaf has none.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\npolicyConstraints=critical,requireExplicitPolicy:0\ncertificatePolicies=1.2.3.4'; leaf L I live.example.com
certificates L I
key L
known R
