#!/bin/bash
# The basic constraints of the intermediate cannot be read: that it is no authority is no finding of its own.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "${CA_EXT/basicConstraints=critical,CA:TRUE/2.5.29.19=critical,DER:30030101}"; leaf L I live.example.com
certificates L I
key L
known R
