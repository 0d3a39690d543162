#!/bin/bash
# The point of the leaf's key is compressed: the key is not said to be another.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; leaf L I live.example.com
point=$(hex_of L pub)
even=$((16#${point: -1} % 2))
edit L I "03420004${point:2}" "03220002${point:2:64}"
[ "$even" = 0 ] || { edit L I "03220002${point:2:64}" "03220003${point:2:64}"; }
certificates L I
key L
known R
