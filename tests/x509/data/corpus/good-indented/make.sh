#!/bin/bash
# Indented, as in YAML.
. "$(dirname "$0")/../../lib.sh"
usual
known R
pem L I | sed "s/^/    /" > "$here/certificates.pem"
sed "s/^/\t/" L.key > "$here/key.pem"
