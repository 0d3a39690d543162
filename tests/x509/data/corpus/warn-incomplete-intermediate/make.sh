#!/bin/bash
# Leaf and intermediate, the root unknown: normal for a private authority.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
key L
