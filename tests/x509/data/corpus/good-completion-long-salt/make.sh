#!/bin/bash
# Of two variants that the source knows, the signature of the first has a salt that most clients refuse.
. "$(dirname "$0")/../../lib.sh"
KIND=rsa root R; ca I R; leaf L I live.example.com
cp I.key P.key; SIGOPTS=(rsa_padding_mode:pss rsa_pss_saltlen:20); issue P "/O=Test/CN=Authority I" R "$CA_EXT"
certificates L
key L
issuers P I
required R
