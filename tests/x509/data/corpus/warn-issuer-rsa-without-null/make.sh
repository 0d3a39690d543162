#!/bin/bash
# The same at the intermediate.
. "$(dirname "$0")/../../lib.sh"
root R; KIND=rsa ca I R; edit I R 300d06092a864886f70d0101010500 300b06092a864886f70d010101; leaf L I live.example.com
certificates L I
key L
known R
