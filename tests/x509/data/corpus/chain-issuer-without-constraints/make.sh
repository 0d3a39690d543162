#!/bin/bash
# An issuer without basic constraints.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/CN=I" R "subjectKeyIdentifier=hash"; leaf L I live.example.com
certificates L I
key L
known R
