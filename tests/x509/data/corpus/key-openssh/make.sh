#!/bin/bash
# OpenSSH's own format.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
printf "openssh-key-v1\0none" > d; from_der "OPENSSH PRIVATE KEY" d > "$here/key.pem"
