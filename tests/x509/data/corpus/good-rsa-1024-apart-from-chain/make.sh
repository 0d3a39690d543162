#!/bin/bash
# Nothing but the chain is judged: what the source offers besides is passed over.
. "$(dirname "$0")/../../lib.sh"
usual
KIND=rsa1024 root R "/O=Test/CN=Authority I" && mv R.crt X.crt && rm R.key
certificates L
key L
root R
issuers X I
