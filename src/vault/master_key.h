#pragma once

#include <filesystem>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"

// The file a master key lies in: one line of 64 hexadecimal digits.
namespace livecert::vault {

// kConfiguration, with one sentence naming the file, when it is missing, readable for others than its owner, or does
// not hold a key.
[[nodiscard]] base::Result<base::SecretBytes> read_master_key(const std::filesystem::path& file);

// Makes a new key and its file, mode 0600, synced to disk before it returns. kConfiguration when the file exists or
// cannot be written.
[[nodiscard]] base::Result<base::SecretBytes> create_master_key(const std::filesystem::path& file,
                                                                crypto::Random& random);

}  // namespace livecert::vault
