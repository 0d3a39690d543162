#!/bin/bash
# An SM2 key.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
new_key M sm2; key M
