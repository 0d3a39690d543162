#!/bin/bash
# An intermediate of the right name with another key, and a demanded root: one cause.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R; leaf L I live.example.com; new_key I; ca I R
certificates L I
key L
required R
