#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "vault/vault.h"

// One sealed item as bytes: format, salt, ciphertext with tag (docs/formats/sealed.md).
namespace livecert::vault {

inline constexpr std::size_t kKeySize = 32;

// Derives a key for this item alone from `key` and a fresh random salt, and seals with it.
[[nodiscard]] base::Result<base::SealedBytes> seal_envelope(const base::SecretBytes& key, const Place& place,
                                                            const base::SecretBytes& secret, crypto::Random& random);

// kInternal when `sealed` was not sealed for this place with this key.
[[nodiscard]] base::Result<base::SecretBytes> open_envelope(const base::SecretBytes& key, const Place& place,
                                                            base::ByteView sealed);

}  // namespace livecert::vault
