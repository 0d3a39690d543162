#!/bin/bash
# The PSS signature of the leaf writes out its trailer field.
. "$(dirname "$0")/../../lib.sh"
KIND=rsa root R; KIND=rsa ca I R
SIGOPTS=(rsa_padding_mode:pss rsa_pss_saltlen:32); leaf L I live.example.com
export SIGNING='-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32'
edit L I a203020120 a203020120a303020101
certificates L I
key L
known R
