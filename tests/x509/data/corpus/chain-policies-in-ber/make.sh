#!/bin/bash
# The policies of leaf and authority are in BER, which only OpenSSL reads: how many they are is not known.
. "$(dirname "$0")/../../lib.sh"
list=$(python3 -c 'print("DER:308300%04x" % (6 * 600) + "".join("30040602%02x%02x" % (i >> 7, i & 127) for i in range(600)))')
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\npolicyConstraints=critical,requireExplicitPolicy:0\ncertificatePolicies='"$list"
issue L "/CN=live.example.com" I "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com\ncertificatePolicies='"$list"
certificates L I
key L
known R
