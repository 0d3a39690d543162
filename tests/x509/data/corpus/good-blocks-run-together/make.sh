#!/bin/bash
# Files without a final line break, joined.
. "$(dirname "$0")/../../lib.sh"
usual
known R
pem L I | sed "s/-----END CERTIFICATE-----/&@/" | tr -d "\n" | sed "s/-----BEGIN CERTIFICATE-----/&\n/g; s/-----END CERTIFICATE-----@/\n-----END CERTIFICATE-----/g" > "$here/certificates.pem"
key L
