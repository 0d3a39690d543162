#!/bin/bash
# The private number is zero.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
openssl asn1parse -noout -out d -genconf <(printf "asn1=SEQUENCE:k\n[k]\nv=INTEGER:1\nn=FORMAT:HEX,OCTETSTRING:%064d\nc=EXPLICIT:0,OID:prime256v1\n" 0)
from_der "EC PRIVATE KEY" d > "$here/key.pem"
