#!/bin/bash
# The leaf names its issuer by issuer and serial number.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; LEAF_EXT=${LEAF_EXT/=keyid/=issuer:always}; leaf L I live.example.com
certificates L I
key L
known R
