#!/bin/bash
# The intermediate may issue for any purpose, and does not name TLS servers.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\nextendedKeyUsage=anyExtendedKeyUsage'; leaf L I live.example.com
certificates L I
key L
known R
