#!/bin/bash
# A critical extension nobody knows.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com'$'\n1.2.3.4.5=critical,ASN1:NULL'
certificates L I
key L
known R
