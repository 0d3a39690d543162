#!/bin/bash
# Two variants of the first intermediate and three above each: the source knows only what stands above the last.
. "$(dirname "$0")/../../lib.sh"
root R; ca X R
for i in 1 2 3 4 5; do root "O$i"; done
ca U O1; ca W O1; ca I U; cp I.key J.key; issue J "/O=Test/CN=Authority I" W "$CA_EXT"; leaf L I live.example.com
for i in 2 3; do cp U.key "U$i.key"; issue "U$i" "/O=Test/CN=Authority U" "O$i" "$CA_EXT"; done
cp W.key W2.key; issue W2 "/O=Test/CN=Authority W" O4 "$CA_EXT"; cp W.key W3.key; issue W3 "/O=Test/CN=Authority W" X "$CA_EXT"
certificates L I U U2 U3 J W W2 W3
key L
issuers X
required R
