#!/bin/bash
# The root's RSA key lacks the NULL beside its algorithm; it is uploaded.
. "$(dirname "$0")/../../lib.sh"
KIND=rsa root R; ca I R; leaf L I live.example.com
edit R R 300d06092a864886f70d0101010500 300b06092a864886f70d010101
certificates L I R
key L

