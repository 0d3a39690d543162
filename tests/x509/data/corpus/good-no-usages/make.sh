#!/bin/bash
# Neither key usage nor extended key usage: nothing is ruled out.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I "subjectAltName=DNS:live.example.com"
certificates L I
key L
known R
