#!/bin/bash
# Version 1, which has no extensions.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
issue L /CN=live.example.com I ""
certificates L I
key L
known R
