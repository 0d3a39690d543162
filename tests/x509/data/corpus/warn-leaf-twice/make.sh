#!/bin/bash
# The leaf again, as when leaf and full chain are joined.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L L I
key L
known R
