#!/bin/bash
# Another of the supported curves. Chromium and Android make no handshake with it.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R
KIND=ec521 leaf L I live.example.com
certificates L I
key L
known R
