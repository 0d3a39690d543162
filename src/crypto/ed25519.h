#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/secret.h"
#include "crypto/random.h"

namespace livecert::crypto {

inline constexpr std::size_t kEd25519KeySize = 32;
using Ed25519PublicKey = std::array<std::uint8_t, kEd25519KeySize>;
using Ed25519Signature = std::array<std::uint8_t, 64>;

// Signatures with Ed25519 (RFC 8032). Callable from every thread.
// A new private key: 32 random bytes.
[[nodiscard]] base::SecretBytes make_ed25519_key(Random& random);
// nullopt: the private key does not have 32 bytes.
[[nodiscard]] std::optional<Ed25519PublicKey> ed25519_public_key(const base::SecretBytes& key);
[[nodiscard]] std::optional<Ed25519Signature> sign_ed25519(const base::SecretBytes& key, base::ByteView message);
[[nodiscard]] bool verify_ed25519(const Ed25519PublicKey& key, base::ByteView message,
                                  const Ed25519Signature& signature);

}  // namespace livecert::crypto
