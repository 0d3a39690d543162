#!/bin/bash
# Two variants of the intermediate: the second leads to a known root.
. "$(dirname "$0")/../../lib.sh"
root R; root O "/O=Test/CN=Old root"; ca I R; cp I.key V.key; issue V "/O=Test/CN=Authority I" O "$CA_EXT"; leaf L I live.example.com
certificates L V I
key L
known R
