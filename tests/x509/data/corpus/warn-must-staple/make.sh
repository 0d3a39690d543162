#!/bin/bash
# The certificate demands a stapled OCSP answer.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; issue L /CN=live.example.com I "$LEAF_EXT"$'\ntlsfeature=status_request\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
