#!/bin/bash
# The leaf's basic constraints write out that it is no authority.
. "$(dirname "$0")/../../lib.sh"
usual
edit L I 04023000 04053003010100
certificates L I
key L
known R
