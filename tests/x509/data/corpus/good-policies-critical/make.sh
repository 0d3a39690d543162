#!/bin/bash
# Critical certificate policies are understood.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com\ncertificatePolicies=critical,2.23.140.1.2.1'
certificates L I
key L
known R
