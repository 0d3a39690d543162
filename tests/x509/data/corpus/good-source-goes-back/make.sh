#!/bin/bash
# The source offers two variants above the leaf: only what stands above the second leads to the demanded root.
. "$(dirname "$0")/../../lib.sh"
root R; root O "/O=Test/CN=Old root"; ca U R; ca I U; cp I.key V.key; issue V "/O=Test/CN=Authority I" O "$CA_EXT"; leaf L I live.example.com
certificates L
key L
issuers V I U
required R
