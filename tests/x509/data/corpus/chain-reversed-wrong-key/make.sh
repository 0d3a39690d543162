#!/bin/bash
# The root first, and the key of nobody.
. "$(dirname "$0")/../../lib.sh"
usual
certificates R I L
new_key M; key M
