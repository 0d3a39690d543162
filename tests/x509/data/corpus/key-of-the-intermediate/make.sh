#!/bin/bash
# The intermediate's key.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
key I
