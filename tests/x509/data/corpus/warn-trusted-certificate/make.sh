#!/bin/bash
# The leaf as OpenSSL writes it with what it is trusted for.
. "$(dirname "$0")/../../lib.sh"
usual
{ openssl x509 -in L.crt -trustout -addtrust serverAuth; pem I; } > "$here/certificates.pem"
key L
known R
