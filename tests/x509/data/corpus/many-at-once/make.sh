#!/bin/bash
# Expired, signed with SHA-1, without a name, below an expired intermediate, with the key of nobody and a stranger besides.
. "$(dirname "$0")/../../lib.sh"
root R; root X; END=20260101000000Z ca I R
END=20260101000000Z MD=sha1 issue L /CN=live.example.com I "$LEAF_EXT"
certificates L I X
new_key M rsa1024; key M
