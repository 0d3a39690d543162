#pragma once

#include <string>

#include "base/bytes.h"
#include "x509/certificate.h"
#include "x509/certificate_template.h"

namespace livecert::x509 {

// The least RSA size with which signatures are verified; uploads need more (KeyType::min_bits).
inline constexpr int kMinVerifiableRsaBits = 1024;

// A certificate's public key as numbers. `numbers` is compared with a private key's: rsa_numbers(), or the uncompressed
// point; empty when the kind is not supported.
struct PublicKey {
  KeyKind kind = KeyKind::kUnsupported;
  int bits = 0;
  std::string text;
  base::Bytes numbers;
};

// Never fails: an unknown key is kUnsupported with a text that names it.
[[nodiscard]] PublicKey read_public_key(const PublicKeyInfoAsn1& info);

// e is odd and 3 to 2^32; larger ones only make verifying slow.
[[nodiscard]] bool is_usable_exponent(const BIGNUM* exponent);
// The exponent in five bytes, then the modulus: equal exactly when both are.
[[nodiscard]] base::Bytes rsa_numbers(const BIGNUM* modulus, const BIGNUM* exponent);

// OpenSSL's form of the key for verifying; null when the kind or size is not supported, or a point is not on its curve.
[[nodiscard]] OwnedKey make_verifying_key(const PublicKey& key);

}  // namespace livecert::x509
