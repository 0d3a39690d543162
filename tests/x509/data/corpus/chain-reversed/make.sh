#!/bin/bash
# The root first, as some tools export it.
. "$(dirname "$0")/../../lib.sh"
usual
certificates R I L
key L
