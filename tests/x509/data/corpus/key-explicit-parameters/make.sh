#!/bin/bash
# A named curve spelled out, in key and certificate.
. "$(dirname "$0")/../../lib.sh"
openssl ecparam -name prime256v1 -param_enc explicit -genkey -noout -out L.key
usual
certificates L I
key L
known R
