#include "x509/key_type.h"

#include <algorithm>
#include <array>

#include <openssl/obj_mac.h>

namespace livecert::x509 {
namespace {

constexpr std::array kTypes{
    KeyType{KeyKind::kRsa, KeyAlgorithm::kRsa, "rsa", "RSA", 2048, 8192, 0, 0},
    KeyType{KeyKind::kEcP256, KeyAlgorithm::kEcdsa, "ecdsa", "ECDSA P-256", 256, 256, NID_X9_62_prime256v1, 32},
    KeyType{KeyKind::kEcP384, KeyAlgorithm::kEcdsa, "ecdsa", "ECDSA P-384", 384, 384, NID_secp384r1, 48},
    KeyType{KeyKind::kEcP521, KeyAlgorithm::kEcdsa, "ecdsa", "ECDSA P-521", 521, 521, NID_secp521r1, 66},
};

// A kind without a row would be refused although it is read.
constexpr bool has_a_row_for_every_kind() {
  for (int kind = 0; kind < static_cast<int>(KeyKind::kUnsupported); ++kind) {
    if (std::ranges::count(kTypes, static_cast<KeyKind>(kind), &KeyType::kind) != 1) return false;
  }
  return kTypes.size() == static_cast<std::size_t>(KeyKind::kUnsupported);
}
static_assert(has_a_row_for_every_kind());

}  // namespace

const KeyType* find_key_type(KeyKind kind) {
  const auto* const type = std::ranges::find(kTypes, kind, &KeyType::kind);
  return type == kTypes.end() ? nullptr : type;
}

const KeyType* find_key_type_on(int curve) {
  const auto* const type = std::ranges::find_if(
      kTypes, [curve](const KeyType& candidate) { return candidate.curve != 0 && candidate.curve == curve; });
  return type == kTypes.end() ? nullptr : type;
}

std::string to_text(KeyKind kind, int bits) {
  const KeyType* type = find_key_type(kind);
  if (type == nullptr) return "unsupported";
  const std::string text(type->text);
  return type->min_bits == type->max_bits ? text : text + " " + std::to_string(bits);
}

}  // namespace livecert::x509
