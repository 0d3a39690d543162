#!/bin/bash
# An ECDSA leaf below an intermediate.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
key L
known R
