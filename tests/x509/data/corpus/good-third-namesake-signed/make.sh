#!/bin/bash
# Three authorities of one name: the third signed the leaf.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; cp I.key K; rm I.key; ca A R "/O=Test/CN=Authority I"; ca B R "/O=Test/CN=Authority I"; cp K I.key; leaf L I live.example.com
certificates L I
key L
issuers A B I
known R
