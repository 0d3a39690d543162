#!/bin/bash
# A signature is wrong: where the path would lead to is not asked.
. "$(dirname "$0")/../../lib.sh"
root R; KIND=rsa ca I R; leaf L I live.example.com
to_der L d; flip d 1
{ from_der CERTIFICATE d; pem I; } > "$here/certificates.pem"
key L
required R
