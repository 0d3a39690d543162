#!/bin/bash
# Nothing at all.
. "$(dirname "$0")/../../lib.sh"
: > "$here/certificates.pem"
: > "$here/key.pem"
