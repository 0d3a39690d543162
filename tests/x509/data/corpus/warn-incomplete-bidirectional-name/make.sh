#!/bin/bash
# The name of the authority that is missing turns the text around it; it is shown escaped.
. "$(dirname "$0")/../../lib.sh"
root R; ca I R $'/O=Test/CN=Authority \u202eI\u2069'; leaf L I live.example.com
certificates L
key L
