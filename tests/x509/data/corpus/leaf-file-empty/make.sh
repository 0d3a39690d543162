#!/bin/bash
# The intermediate alone: the leaf's file was empty.
. "$(dirname "$0")/../../lib.sh"
usual
certificates I
key L
known R
