#!/bin/bash
# No path to a demanded root.
. "$(dirname "$0")/../../lib.sh"
usual; root X
certificates L I R
key L
required X
