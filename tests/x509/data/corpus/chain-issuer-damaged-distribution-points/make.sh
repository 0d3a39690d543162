#!/bin/bash
# Inside an extension of the intermediate the DER cannot be read.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\n2.5.29.31=DER:300C300AA008A006860568747470'; leaf L I live.example.com
certificates L I
key L
known R
