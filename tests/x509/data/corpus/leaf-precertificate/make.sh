#!/bin/bash
# A precertificate for transparency logs.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com'$'\n1.3.6.1.4.1.11129.2.4.3=critical,ASN1:NULL'
certificates L I
key L
known R
