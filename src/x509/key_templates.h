#pragma once

#include <cstdint>
#include <memory>

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/x509.h>

#include "base/bytes.h"
#include "base/secret.h"

namespace livecert::x509 {

// Private keys as our own OpenSSL templates. OpenSSL's decoders take 155 µs for a key of a named type and 600 µs
// otherwise, too long for an upload; its fast readers are deprecated (docs/adr/0004-key-custody.md). Everything that
// these templates hold is cleared when freed.

// RFC 8017 A.1.2 with two primes.
struct RsaPrivateKeyAsn1 {
  std::int32_t version;
  BIGNUM* modulus;
  BIGNUM* public_exponent;
  BIGNUM* private_exponent;
  BIGNUM* prime1;
  BIGNUM* prime2;
  BIGNUM* exponent1;
  BIGNUM* exponent2;
  BIGNUM* coefficient;
};

// RFC 5915.
struct EcPrivateKeyAsn1 {
  std::int32_t version;
  ASN1_OCTET_STRING* number;
  ASN1_TYPE* parameters;   // may be null
  ASN1_BIT_STRING* point;  // may be null
};

// RFC 5958; PKCS#8 is its version 0.
struct Pkcs8Asn1 {
  std::int32_t version;
  X509_ALGOR* algorithm;
  ASN1_OCTET_STRING* key;
  STACK_OF(X509_ATTRIBUTE) * attributes;
  ASN1_BIT_STRING* point;
};

void free_key_asn1(RsaPrivateKeyAsn1* object);
void free_key_asn1(EcPrivateKeyAsn1* object);
void free_key_asn1(Pkcs8Asn1* object);

struct KeyAsn1Freed {
  template <typename T>
  void operator()(T* object) const {
    free_key_asn1(object);
  }
};
template <typename T>
using OwnedKeyAsn1 = std::unique_ptr<T, KeyAsn1Freed>;

// Null unless the bytes are exactly one such structure in DER. OpenSSL's templates read BER, so this also refuses
// negative numbers, padding and every other second spelling, except the order of PKCS#8's attributes. T is one of the
// three above.
template <typename T>
[[nodiscard]] OwnedKeyAsn1<T> decode_key(base::ByteView der);

// RFC 5915 and PKCS#8, each in one canonical form. The point is uncompressed; `curve` is OpenSSL's number, or 0 for
// RSA.
[[nodiscard]] base::WipedBuffer encode_ec_key(base::ByteView number, base::ByteView point);
[[nodiscard]] base::WipedBuffer encode_pkcs8(int curve, base::ByteView inner_key);
[[nodiscard]] base::WipedBuffer encode_rsa_key(const RsaPrivateKeyAsn1& key);
[[nodiscard]] OwnedKeyAsn1<RsaPrivateKeyAsn1> make_empty_rsa_key();

}  // namespace livecert::x509
