#!/bin/bash
# Signed with RSASSA-PSS.
. "$(dirname "$0")/../../lib.sh"
KIND=rsa root R
SIGOPTS=(rsa_padding_mode:pss rsa_pss_saltlen:32)
KIND=rsa ca I R
leaf L I live.example.com
certificates L I
key L
known R
