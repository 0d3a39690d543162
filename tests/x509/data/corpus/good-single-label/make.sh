#!/bin/bash
# A host name without a dot, as on one's own network.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
leaf L I edge-1 edge_2.internal
certificates L I
key L
known R
