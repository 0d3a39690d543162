#!/bin/bash
# The key is another one, and no path leads to the demanded root: both are said.
. "$(dirname "$0")/../../lib.sh"
usual; root X; new_key K
certificates L I
key K
required X
