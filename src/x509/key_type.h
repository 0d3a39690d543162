#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace livecert::x509 {

// kUnsupported: Ed25519, SM2, other curves, explicit parameters, RSA-PSS keys, RSA with strange numbers. It is the
// last.
enum class KeyKind : std::uint8_t { kRsa, kEcP256, kEcP384, kEcP521, kUnsupported };

enum class KeyAlgorithm : std::uint8_t { kRsa, kEcdsa };

// One row for each supported kind of key, with everything that depends on the kind alone.
struct KeyType {
  KeyKind kind;
  KeyAlgorithm algorithm;
  std::string_view wire_name;  // in the API's answers and in the store
  std::string_view text;       // in messages; the size follows if keys of the kind differ in it
  int min_bits;                // of keys that may be uploaded
  int max_bits;
  int curve;               // OpenSSL's number of the named curve; 0 where there is none
  std::size_t field_size;  // bytes of a coordinate and of a private number on the curve
};

// Null for kUnsupported.
[[nodiscard]] const KeyType* find_key_type(KeyKind kind);
// Null for a curve that is not supported.
[[nodiscard]] const KeyType* find_key_type_on(int curve);

// "RSA 2048", "ECDSA P-256".
[[nodiscard]] std::string to_text(KeyKind kind, int bits);

}  // namespace livecert::x509
