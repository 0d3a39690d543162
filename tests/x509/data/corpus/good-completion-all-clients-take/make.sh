#!/bin/bash
# Of two variants that the source knows, clients built on OpenSSL refuse the first.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; leaf L I live.example.com
cp I.key P.key; issue P "/O=Test/CN=Authority I" R "$CA_EXT"$'\nextendedKeyUsage=anyExtendedKeyUsage'
certificates L
key L
issuers P I
required R
