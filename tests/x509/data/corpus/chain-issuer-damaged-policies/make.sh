#!/bin/bash
# The intermediate demands a policy and its policies cannot be read.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\npolicyConstraints=critical,requireExplicitPolicy:0\ncertificatePolicies=DER:30020500'; leaf L I live.example.com
certificates L I
key L
known R
