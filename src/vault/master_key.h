#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"

// The file of the master keys: a line of 64 hexadecimal digits for each, the store's first key first.
namespace livecert::vault {

// In the order of the file, each once.
using MasterKeys = std::vector<base::SecretBytes>;

inline constexpr std::size_t kMasterKeyIdSize = 8;

// Names a key without giving it away: 16 hexadecimal digits, derived from it with HKDF (docs/formats/sealed.md).
[[nodiscard]] std::string master_key_id(const base::SecretBytes& key);

[[nodiscard]] MasterKeys copy_of(const MasterKeys& keys, base::SecretAccess access);

// kConfiguration, with one sentence naming the file, when it is missing, when users other than its owner can read it,
// or when it does not hold keys.
[[nodiscard]] base::Result<MasterKeys> read_master_keys(const std::filesystem::path& file);

// The text of such a file, and the keys that such a text holds. kConfiguration when it does not hold keys.
[[nodiscard]] base::WipedBuffer master_keys_text(const MasterKeys& keys);
[[nodiscard]] base::Result<MasterKeys> parse_master_keys(base::ByteView text);

[[nodiscard]] base::SecretBytes make_master_key(crypto::Random& random);

// Makes a new key and its file, mode 0600, synced to disk before it returns. kConfiguration when the file exists or
// cannot be written.
[[nodiscard]] base::Result<MasterKeys> create_master_key(const std::filesystem::path& file, crypto::Random& random);

// Completes a create_master_key() that was killed, for a key that no store relies on yet: makes the file's name durable
// and removes the temporary one. kConfiguration when that fails.
[[nodiscard]] base::Result<void> settle_master_key(const std::filesystem::path& file);

}  // namespace livecert::vault
