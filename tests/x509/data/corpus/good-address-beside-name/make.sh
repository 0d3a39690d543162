#!/bin/bash
# An IP address beside a DNS name.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com,IP:192.0.2.1,IP:2001:db8::1'
certificates L I
key L
known R
