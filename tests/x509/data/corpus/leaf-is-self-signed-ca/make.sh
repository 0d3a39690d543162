#!/bin/bash
# Self-signed as an authority, which openssl req -x509 does by default.
. "$(dirname "$0")/../../lib.sh"
issue L /CN=live.example.com self $'basicConstraints=critical,CA:TRUE\nsubjectAltName=DNS:live.example.com'
certificates L
key L
