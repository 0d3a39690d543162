#!/bin/bash
# One RSA and one ECDSA chain whose keys no other test reads, each key in every encoding, whole and damaged: the wiping
# test looks for their numbers in the memory of its process.
. "$(dirname "$0")/../lib.sh"
root R
KIND=rsa leaf RSA R live.example.com
leaf EC R live.example.com
KIND=ec384 leaf EC384 R live.example.com
pem RSA > "$here/rsa-certificates.pem"
pem EC > "$here/ec-certificates.pem"
pem EC384 > "$here/ec384-certificates.pem"
for each in RSA EC EC384; do
  name=${each,,}
  cat $each.key > "$here/$name-pkcs8.pem"
  openssl pkey -in $each.key -traditional -out "$here/$name-traditional.pem"
  openssl pkcs8 -topk8 -nocrypt -in $each.key -outform DER -out d
  head -c -1 d > cut && from_der "PRIVATE KEY" cut > "$here/$name-cut.pem"
  flip d 1 && from_der "PRIVATE KEY" d > "$here/$name-inconsistent.pem"
  { cat $each.key; echo "-----BEGIN X-----"; echo "?"; echo "-----END X-----"; } > "$here/$name-with-other-block.pem"
done
