#!/bin/bash
# SEC 1 that leaves its curve to others.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
openssl asn1parse -noout -out d -genconf <(printf "asn1=SEQUENCE:k\n[k]\nv=INTEGER:1\nn=FORMAT:HEX,OCTETSTRING:%s\n" $(hex_of L priv))
from_der "EC PRIVATE KEY" d > "$here/key.pem"
