#!/bin/bash
# A root at the end is allowed and kept.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I R
key L
