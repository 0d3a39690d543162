#!/bin/bash
# An authority whose key usage allows revocation lists only.
. "$(dirname "$0")/../../lib.sh"
root R; issue I "/CN=I" R "${CA_EXT/keyCertSign,cRLSign/cRLSign}"; leaf L I live.example.com
certificates L I
key L
known R
