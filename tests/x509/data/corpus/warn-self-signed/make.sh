#!/bin/bash
# A self-signed server certificate.
. "$(dirname "$0")/../../lib.sh"
issue L /CN=live.example.com self "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com'
certificates L
key L
