#!/bin/bash
# The PSS signature of the leaf names its digest without the NULL beside it.
. "$(dirname "$0")/../../lib.sh"
KIND=rsa root R; KIND=rsa ca I R
SIGOPTS=(rsa_padding_mode:pss rsa_pss_saltlen:32); leaf L I live.example.com
export SIGNING='-sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32'
edit L I 300d06096086480165030402010500 300b0609608648016503040201
certificates L I
key L
known R
