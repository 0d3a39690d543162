#!/bin/bash
# A root of version 1 at the end.
. "$(dirname "$0")/../../lib.sh"
issue R "/CN=Old root" self ""
issue I /CN=I R "${CA_EXT%authorityKeyIdentifier=keyid}"; leaf L I live.example.com
certificates L I R
key L
