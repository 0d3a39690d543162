#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "vault/vault.h"

// One sealed thing as bytes: format, salt, ciphertext with tag (docs/formats/sealed.md).
namespace livecert::vault {

inline constexpr std::size_t kKeySize = 32;

// Derives a key for this thing alone from `key` and a fresh random salt, and seals under it.
[[nodiscard]] base::Result<base::SealedBytes> seal_envelope(const base::SecretBytes& key, const Place& place,
                                                            const base::SecretBytes& secret, crypto::Random& random);

// kInternal when `sealed` is not what was sealed for this place under this key.
[[nodiscard]] base::Result<base::SecretBytes> open_envelope(const base::SecretBytes& key, const Place& place,
                                                            base::ByteView sealed);

}  // namespace livecert::vault
