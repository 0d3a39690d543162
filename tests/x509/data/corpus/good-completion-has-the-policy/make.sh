#!/bin/bash
# Of two variants that the source knows, the first demands a policy that the leaf lacks.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; leaf L I live.example.com
cp I.key P.key; issue P "/O=Test/CN=Authority I" R "$CA_EXT"$'\npolicyConstraints=critical,requireExplicitPolicy:0\ncertificatePolicies=1.2.3.4'
certificates L
key L
issuers P I
required R
