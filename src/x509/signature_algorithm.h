#pragma once

#include <cstdint>
#include <string>

#include <openssl/x509.h>

namespace livecert::x509 {

enum class SignatureScheme : std::uint8_t { kRsaPkcs1, kRsaPss, kEcdsa, kUnsupported };

// The signature algorithm of a certificate. `digest` is OpenSSL's number of the digest; for kRsaPss the mask uses the
// same one.
struct SignatureAlgorithm {
  std::string text;  // "sha256WithRSAEncryption"
  SignatureScheme scheme = SignatureScheme::kUnsupported;
  int digest = 0;
  int salt_length = 0;
  bool has_digest_without_null = false;  // of kRsaPss
  bool spells_out_trailer = false;       // of kRsaPss: what DER leaves out
  // MD5, SHA-1 and older: forgeable, and refused by every client.
  bool is_weak = false;
};

// Never fails: an unknown algorithm is kUnsupported with a text that names it.
[[nodiscard]] SignatureAlgorithm read_signature_algorithm(const X509_ALGOR& algorithm);

}  // namespace livecert::x509
