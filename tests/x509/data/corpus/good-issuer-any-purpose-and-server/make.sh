#!/bin/bash
# Any purpose, and TLS servers by name.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\nextendedKeyUsage=anyExtendedKeyUsage,serverAuth'; leaf L I live.example.com
certificates L I
key L
known R
