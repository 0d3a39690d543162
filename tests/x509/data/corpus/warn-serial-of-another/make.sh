#!/bin/bash
# The leaf names the serial number of another certificate of its issuer.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; cp I.key T.key; issue T "/O=Test/CN=Authority I" R "$CA_EXT"; LEAF_EXT=${LEAF_EXT/=keyid/=issuer:always}; leaf L T live.example.com
certificates L I
key L
known R
