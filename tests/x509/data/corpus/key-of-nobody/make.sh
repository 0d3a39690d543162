#!/bin/bash
# A key of no certificate here.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
new_key M; key M
