#!/bin/bash
# The source knows the root with one bit of its signature wrong: what it would append, an upload may not hold.
. "$(dirname "$0")/../../lib.sh"
KIND=rsa root R; ca I R; leaf L I live.example.com
to_der R d; flip d 1
{ pem I; from_der CERTIFICATE d; } > "$here/issuers.pem"
certificates L
key L
