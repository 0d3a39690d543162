#!/bin/bash
# An intermediate with a critical extension nobody knows.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/CN=I" R "$CA_EXT"$'\n1.2.3.4.5=critical,ASN1:NULL'; leaf L I live.example.com
certificates L I
key L
known R
