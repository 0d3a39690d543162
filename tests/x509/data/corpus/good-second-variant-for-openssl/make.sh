#!/bin/bash
# Of two variants of the issuer, OpenSSL's clients refuse the first one; the second one is used.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; cp I.key T.key; issue T "/O=Test/CN=Authority I" R "$CA_EXT"$'\nextendedKeyUsage=anyExtendedKeyUsage'; leaf L I live.example.com
certificates L T I
key L
known R
