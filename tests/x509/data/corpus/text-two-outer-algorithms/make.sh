#!/bin/bash
# The signature algorithm outside is not the one inside.
. "$(dirname "$0")/../../lib.sh"
MD=sha256
usual
to_der L d
# The identifier's last byte before the signature: ecdsa-with-SHA256 becomes SHA384.
at=$(openssl asn1parse -in L.crt | grep "ecdsa-with-SHA256" | tail -1 | sed "s/^ *\([0-9]*\):.*/\1/")
printf "\x03" | dd of=d bs=1 seek=$((at + 9)) conv=notrunc status=none
{ from_der CERTIFICATE d; pem I; } > "$here/certificates.pem"
key L
