#!/bin/bash
# Two variants of the intermediate: only what the source knows above the second leads to the demanded root.
. "$(dirname "$0")/../../lib.sh"
root R; root O "/O=Test/CN=Old root"; ca U R; ca I U; cp I.key V.key; issue V "/O=Test/CN=Authority I" O "$CA_EXT"; leaf L I live.example.com
certificates L V I
key L
issuers U
required R
