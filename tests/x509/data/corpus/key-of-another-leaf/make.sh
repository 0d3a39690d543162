#!/bin/bash
# Two leaves, the key belongs to the second.
. "$(dirname "$0")/../../lib.sh"
usual; leaf M I other.example.com
certificates L M I
known R
key M
