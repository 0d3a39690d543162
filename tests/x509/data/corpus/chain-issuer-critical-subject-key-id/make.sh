#!/bin/bash
# The same at the intermediate.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "${CA_EXT/subjectKeyIdentifier=hash/subjectKeyIdentifier=critical,hash}"; leaf L I live.example.com
certificates L I
key L
known R
