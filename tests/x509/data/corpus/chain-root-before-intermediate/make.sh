#!/bin/bash
# Root and intermediate changed places.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L R I
key L
