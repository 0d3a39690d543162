#!/bin/bash
# Something follows the name constraints inside their extension.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/O=Test/CN=Authority I" R "$CA_EXT"$'\n2.5.29.30=critical,DER:3013A011300F820D6C6976652E6578616D706C650500'; leaf L I live.example
certificates L I
key L
known R
