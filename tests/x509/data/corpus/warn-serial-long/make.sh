#!/bin/bash
# The serial number has 21 bytes.
. "$(dirname "$0")/../../lib.sh"
usual
edit L I serial 0215010202020202020202020202020202020202020202
certificates L I
key L
known R
