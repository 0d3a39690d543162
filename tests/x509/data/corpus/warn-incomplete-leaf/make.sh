#!/bin/bash
# A leaf alone, its issuer unknown.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L
key L
