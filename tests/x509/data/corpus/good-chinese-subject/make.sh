#!/bin/bash
# A subject in UTF-8.
. "$(dirname "$0")/../../lib.sh"
root R "/O=测试/CN=根证书"; ca I R
issue L "/O=直播/CN=live.example.com" I "$LEAF_EXT"$'\nsubjectAltName=DNS:live.example.com'
certificates L I
key L
known R
