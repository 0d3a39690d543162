#!/bin/bash
# The intermediate's subject and the leaf's issuer hold one.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R "/CN=A@B"; edit I R 0c03414042 1303414042; leaf L I live.example.com
certificates L I
key L
known R
