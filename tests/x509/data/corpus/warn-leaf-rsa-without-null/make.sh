#!/bin/bash
# The RSA key lacks the NULL beside its algorithm.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; KIND=rsa leaf L I live.example.com
edit L I 300d06092a864886f70d0101010500 300b06092a864886f70d010101
certificates L I
key L
known R
