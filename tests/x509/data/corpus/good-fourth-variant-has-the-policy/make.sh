#!/bin/bash
# Of four variants of the issuer, only the last one has the policy that it demands.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
for each in T U V; do
  cp I.key $each.key; issue $each "/O=Test/CN=Authority I" R "$CA_EXT"$'\ncertificatePolicies=1.2.3.4\npolicyConstraints=requireExplicitPolicy:0'
done
cp I.key W.key; issue W "/O=Test/CN=Authority I" R "$CA_EXT"$'\ncertificatePolicies=1.2.3.5\npolicyConstraints=requireExplicitPolicy:0'
issue L /CN=live.example.com I "$LEAF_EXT"$'\ncertificatePolicies=1.2.3.5\nsubjectAltName=DNS:live.example.com'
certificates L T U V W
key L
known R
