#!/bin/bash
# An intermediate of the right name with another key.
. "$(dirname "$0")/../../lib.sh"
usual
ca J R "/O=Test/CN=Authority I"
certificates L J
key L
known R
