#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/bytes.h"
#include "base/secret.h"
#include "x509/private_key.h"

namespace livecert::x509 {

enum class KeyEncoding : std::uint8_t { kPkcs8, kPkcs1, kSec1 };

// Why bytes are not an acceptable private key; becomes a finding. Holds nothing of the key.
struct KeyFault {
  std::string id;
  std::string message;
  std::string remedy;
};

struct PrivateKeyParts {
  KeyKind kind;
  int bits;
  base::SecretBytes pkcs8;
  base::Bytes public_numbers;
};

using KeyReading = std::variant<PrivateKey, KeyFault>;

// Reads a key in the given encoding and proves that its numbers fit each other.
[[nodiscard]] KeyReading read_private_key(KeyEncoding encoding, base::ByteView der);

// The encoding that a PEM label stands for; nullopt for labels of keys that are not supported.
[[nodiscard]] std::optional<KeyEncoding> key_encoding_of(std::string_view label);

// Reads a key in the encoding that its label names, or else in another one: some tools change the label and leave the
// key unchanged, and TLS servers read it all the same.
[[nodiscard]] KeyReading read_relabelled_key(KeyEncoding labelled, base::ByteView der);

}  // namespace livecert::x509
