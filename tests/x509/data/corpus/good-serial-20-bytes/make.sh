#!/bin/bash
# The serial number is as long as RFC 5280 allows.
. "$(dirname "$0")/../../lib.sh"
usual
edit L I serial 02140102020202020202020202020202020202020202
certificates L I
key L
known R
