#!/bin/bash
# The chain of another authority.
. "$(dirname "$0")/../../lib.sh"
usual; root X; ca Y X
certificates L Y X
key L
