#!/bin/bash
# Two leaves, and the key belongs to neither: two causes.
. "$(dirname "$0")/../../lib.sh"
usual; leaf M I other.example.com; new_key X
certificates L M I
known R
key X
