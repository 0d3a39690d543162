#!/bin/bash
# An intermediate for client certificates only.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/CN=I" R "$CA_EXT"$'\nextendedKeyUsage=clientAuth'; leaf L I live.example.com
certificates L I
key L
known R
