#!/bin/bash
# The subject alternative names cannot be read: that none is there is no finding of its own.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; issue L /CN=live.example.com I "$LEAF_EXT"$'\n2.5.29.17=DER:30038202'
certificates L I
key L
known R
