#!/bin/bash
# The intermediate's name constraints write out their minimum.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\n2.5.29.30=critical,DER:3014a0123010820b6578616d706c652e636f6d800100'; leaf L I live.example.com
certificates L I
key L
known R
