#!/bin/bash
# A root of somebody else.
. "$(dirname "$0")/../../lib.sh"
usual; root X
certificates L I X
key L
known R
