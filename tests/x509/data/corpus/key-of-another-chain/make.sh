#!/bin/bash
# The chain of another leaf stands behind this one, and the key belongs to that leaf: one cause.
. "$(dirname "$0")/../../lib.sh"
usual; root O; ca J O; leaf M J other.example.com
certificates L I M J
known R O
key M
