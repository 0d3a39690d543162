#!/bin/bash
# Signed with SHA-1.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
MD=sha1 leaf L I live.example.com
certificates L I
key L
known R
