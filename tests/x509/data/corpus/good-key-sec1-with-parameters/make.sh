#!/bin/bash
# An EC PARAMETERS block before the key, as openssl ecparam -genkey writes it.
. "$(dirname "$0")/../../lib.sh"
openssl ecparam -name prime256v1 -genkey -out L.key
usual
certificates L I
key L
known R
