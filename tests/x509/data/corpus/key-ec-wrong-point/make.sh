#!/bin/bash
# The key carries the point of another key.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
new_key M
openssl asn1parse -noout -out d -genconf <(printf "asn1=SEQUENCE:k\n[k]\nv=INTEGER:1\nn=FORMAT:HEX,OCTETSTRING:%s\nc=EXPLICIT:0,OID:prime256v1\np=EXPLICIT:1,FORMAT:HEX,BITSTRING:%s\n" $(hex_of L priv) $(hex_of M pub))
from_der "EC PRIVATE KEY" d > "$here/key.pem"
