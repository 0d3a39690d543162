#!/bin/bash
# Signed with MD5.
. "$(dirname "$0")/../../lib.sh"
KIND=rsa root R; KIND=rsa ca I R; KIND=ec MD=md5 leaf L I live.example.com
certificates L I
key L
known R
