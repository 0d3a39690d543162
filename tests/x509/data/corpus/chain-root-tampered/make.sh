#!/bin/bash
# One bit of the root's signature is wrong.
. "$(dirname "$0")/../../lib.sh"
KIND=rsa root R; ca I R; leaf L I live.example.com
to_der R d; flip d 1
{ pem L I; from_der CERTIFICATE d; } > "$here/certificates.pem"
key L
