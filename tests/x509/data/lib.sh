# Sourced by every make.sh: small words over the openssl command. Keys and certificates go to a temporary folder by
# name (NAME.key, NAME.crt); the case's files are written beside its make.sh.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
data=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

START=20200101000000Z
END=21200101000000Z
MD=sha256
SIGOPTS=()

ROOT_EXT=$'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash'
CA_EXT=$'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid'
LEAF_EXT=$'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid'

# new_key NAME [KIND]: ec (default), ec384, ec521, secp256k1, rsa (2048), rsaBITS, ed25519, sm2
new_key() {
  case "${2:-ec}" in
    ec) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 ;;
    ec384) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 ;;
    ec521) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 ;;
    secp256k1) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 ;;
    rsa) openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 ;;
    rsa*) openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:${2#rsa}" ;;
    ed25519) openssl genpkey -algorithm ED25519 ;;
    sm2) openssl genpkey -algorithm SM2 ;;
  esac > "$1.key" 2>/dev/null
}

# MASK=default has ASCII names written as PrintableString.
# issue NAME SUBJECT ISSUER|self EXTENSIONS: a certificate for NAME.key, which is made when missing
issue() {
  local name=$1 subject=$2 issuer=$3 extensions=$4 signer=()
  [ -f "$name.key" ] || new_key "$name" "${KIND:-ec}"
  : > index.txt
  {
    printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s/index.txt\nnew_certs_dir=%s\nunique_subject=no\npolicy=p\n' "$work" "$work"
    printf 'default_md=%s\nrand_serial=yes\nstring_mask=utf8only\n[p]\ncommonName=optional\norganizationName=optional\n' "$MD"
    [ -z "$extensions" ] || printf '[x]\n%s\n' "$extensions"
    printf '%s\n' "${SECTIONS:-}"
  } > ca.cnf
  openssl req -new -utf8 -key "$name.key" -subj "$subject" -config <(printf '[req]\ndistinguished_name=n\nstring_mask='"${MASK:-utf8only}"'\n[n]\n') > "$name.csr"
  if [ "$issuer" = self ]; then signer=(-selfsign -keyfile "$name.key"); else signer=(-cert "$issuer.crt" -keyfile "$issuer.key"); fi
  local option
  for option in "${SIGOPTS[@]}"; do signer+=(-sigopt "$option"); done
  [ -z "$extensions" ] || signer+=(-extensions x)
  openssl ca -batch -utf8 -notext -preserveDN -config ca.cnf -startdate "$START" -enddate "$END" \
    "${signer[@]}" -in "$name.csr" -out "$name.crt" 2> ca.log || { cat ca.log >&2; return 1; }
}

root() { issue "$1" "${2:-/O=Test/CN=Root $1}" self "$ROOT_EXT"; }
ca() { issue "$1" "${3:-/O=Test/CN=Authority $1}" "$2" "$CA_EXT"; }
# leaf NAME ISSUER DNS_NAME...
leaf() {
  local name=$1 issuer=$2 names="" each
  shift 2
  for each in "$@"; do names="$names,DNS:$each"; done
  issue "$name" "/CN=$1" "$issuer" "$LEAF_EXT"$'\n'"subjectAltName=${names#,}"
}
# The usual hierarchy: root R, authority I, leaf L for live.example.com.
usual() { root R; ca I R; leaf L I live.example.com; }

pem() { local each; for each in "$@"; do cat "$each.crt"; done; }
certificates() { pem "$@" > "$here/certificates.pem"; }
key() { cat "$1.key" > "$here/key.pem"; }
issuers() { pem "$@" > "$here/issuers.pem"; }
known() { pem "$@" > "$here/known.pem"; }
required() { pem "$@" > "$here/required.pem"; }

# to_der NAME FILE / from_der LABEL FILE: certificates and any block
to_der() { openssl x509 -in "$1.crt" -outform DER -out "$2"; }
from_der() { printf -- '-----BEGIN %s-----\n' "$1"; base64 -w 64 "$2"; printf -- '-----END %s-----\n' "$1"; }
# flip FILE FROM_END: changes one bit of the byte that far from the end (1 = the last)
flip() {
  local offset=$(($(stat -c %s "$1") - $2)) byte
  byte=$(od -An -tu1 -j "$offset" -N 1 "$1" | tr -d ' ')
  printf "\\x$(printf %02x $((byte ^ 1)))" | dd of="$1" bs=1 seek="$offset" conv=notrunc status=none
}
# hex_of NAME priv|pub: a number of an elliptic-curve key
hex_of() { openssl pkey -in "$1.key" -text -noout | sed -n "/^$2:/,/^[^ ]/p" | grep '^ ' | tr -d ' :\n'; }

# edit NAME ISSUER FROM TO [FROM TO ...]: the certificate with DER elements exchanged, signed again (edit.py)
edit() {
  local name=$1 issuer=$2
  shift 2
  to_der "$name" edit.der
  "$data/edit.py" edit.der "$issuer.key" "$@" > edited.der
  from_der CERTIFICATE edited.der > "$name.crt"
}
