#!/bin/bash
# The salt of the PSS signature is shorter than its digest.
. "$(dirname "$0")/../../lib.sh"
KIND=rsa root R; KIND=rsa ca I R
SIGOPTS=(rsa_padding_mode:pss rsa_pss_saltlen:20); leaf L I live.example.com
certificates L I
key L
known R
