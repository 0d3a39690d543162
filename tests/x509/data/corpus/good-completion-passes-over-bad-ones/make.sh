#!/bin/bash
# The source offers one that is expired, one of another key and one that is no authority before the right one.
. "$(dirname "$0")/../../lib.sh"
usual
cp I.key E.key; END=20210101000000Z ca E R "/O=Test/CN=Authority I"
ca K R "/O=Test/CN=Authority I"
cp I.key N.key; issue N "/O=Test/CN=Authority I" R "$LEAF_EXT"
certificates L
key L
issuers E K N I R
