#!/bin/bash
# The number of the key has a zero byte too many.
. "$(dirname "$0")/../../lib.sh"
usual
certificates L I
known R
openssl asn1parse -noout -out d -genconf <(printf "asn1=SEQUENCE:k\n[k]\nv=INTEGER:1\nn=FORMAT:HEX,OCTETSTRING:00%s\nc=EXPLICIT:0,OID:prime256v1\np=EXPLICIT:1,FORMAT:HEX,BITSTRING:%s\n" $(hex_of L priv) $(hex_of L pub))
from_der "EC PRIVATE KEY" d > "$here/key.pem"
