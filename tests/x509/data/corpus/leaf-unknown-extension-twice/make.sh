#!/bin/bash
# An extension that nobody knows is there twice.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "$LEAF_EXT"$'\n1.2.3.4=DER:0500\n1.2.3.5=DER:0500\nsubjectAltName=DNS:live.example.com'
edit L I 06032a0305 06032a0304
certificates L I
key L
known R
