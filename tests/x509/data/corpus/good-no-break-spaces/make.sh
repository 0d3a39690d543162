#!/bin/bash
# No-break spaces at the ends of the lines.
. "$(dirname "$0")/../../lib.sh"
usual
{ pem L I | sed "s/$/\xc2\xa0/"; } > "$here/certificates.pem"
sed "s/$/\xc2\xa0/" L.key > "$here/key.pem"
known R
