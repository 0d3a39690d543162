#pragma once

#include <filesystem>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"

// The file of a master key: one line of 64 hexadecimal digits.
namespace livecert::vault {

// kConfiguration, with one sentence naming the file, when it is missing, when users other than its owner can read it,
// or when it does not hold a key.
[[nodiscard]] base::Result<base::SecretBytes> read_master_key(const std::filesystem::path& file);

// The text of such a file, and the key that such a text holds. kConfiguration when it does not hold a key.
[[nodiscard]] base::WipedBuffer master_key_text(const base::SecretBytes& key);
[[nodiscard]] base::Result<base::SecretBytes> parse_master_key(base::ByteView text);

// Makes a new key and its file, mode 0600, synced to disk before it returns. kConfiguration when the file exists or
// cannot be written.
[[nodiscard]] base::Result<base::SecretBytes> create_master_key(const std::filesystem::path& file,
                                                                crypto::Random& random);

// Completes a create_master_key() that was killed, for a key that no store relies on yet: makes the file's name durable
// and removes the temporary one. kConfiguration when that fails.
[[nodiscard]] base::Result<void> settle_master_key(const std::filesystem::path& file);

}  // namespace livecert::vault
