#pragma once

#include <string>

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include "base/bytes.h"
#include "x509/openssl_owner.h"

namespace livecert::x509 {

// RFC 5280 §4.1 as our own OpenSSL templates. OpenSSL's X509 type looks for a decoder of the public key while it
// parses, which costs ten times the rest; these templates leave the key as bytes.
struct PublicKeyInfoAsn1 {
  X509_ALGOR* algorithm;
  ASN1_BIT_STRING* key;
};

struct TbsCertificateAsn1 {
  ASN1_INTEGER* version;  // null: version 1
  ASN1_INTEGER* serial;
  X509_ALGOR* signature;
  ASN1_STRING* issuer;  // with its header, as encoded
  X509_VAL* validity;
  ASN1_STRING* subject;  // with its header, as encoded
  PublicKeyInfoAsn1* key;
  ASN1_BIT_STRING* issuer_id;
  ASN1_BIT_STRING* subject_id;
  STACK_OF(X509_EXTENSION) * extensions;
};

struct CertificateAsn1 {
  ASN1_STRING* tbs;  // with its header, as encoded: the signature covers these bytes
  X509_ALGOR* algorithm;
  ASN1_BIT_STRING* signature;
};

struct RsaPublicKeyAsn1 {
  BIGNUM* modulus;
  BIGNUM* exponent;
};

void free_asn1(CertificateAsn1* object);
void free_asn1(TbsCertificateAsn1* object);
void free_asn1(RsaPublicKeyAsn1* object);

struct Asn1Freed {
  template <typename T>
  void operator()(T* object) const {
    free_asn1(object);
  }
};
template <typename T>
using OwnedAsn1 = std::unique_ptr<T, Asn1Freed>;

// Each returns null when the bytes are not exactly one such structure. If `end` is given, it receives the size of the
// structure, and bytes may follow it.
[[nodiscard]] OwnedAsn1<CertificateAsn1> decode_certificate(base::ByteView der, std::size_t* end);
[[nodiscard]] OwnedAsn1<TbsCertificateAsn1> decode_tbs_certificate(base::ByteView der);
[[nodiscard]] OwnedAsn1<RsaPublicKeyAsn1> decode_rsa_public_key(base::ByteView der);

[[nodiscard]] inline base::ByteView as_bytes(const ASN1_STRING* text) {
  return {ASN1_STRING_get0_data(text), static_cast<std::size_t>(ASN1_STRING_length(text))};
}

// Begins with a "-" if the number is negative.
[[nodiscard]] inline std::string to_serial_hex(const ASN1_INTEGER* serial) {
  return (serial->type == V_ASN1_NEG_INTEGER ? "-" : "") + base::to_hex(as_bytes(serial));
}

}  // namespace livecert::x509
