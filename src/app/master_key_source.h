#pragma once

#include <filesystem>

#include "app/config.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"

namespace livecert::app {

// The file of the master key: the one that the configuration names, otherwise the systemd credential
// `livecert-master-key`, otherwise DATA_DIR.master-key.
[[nodiscard]] std::filesystem::path master_key_file(const Config& config);

// False when a second file in its folder does not last: systemd makes the folder of its credentials again at every
// start (systemd.exec(5), "Credentials").
[[nodiscard]] bool lasts_beside_master_key(const Config& config);

// Reads the master key. kConfiguration with a sentence that names the file when it is missing or unusable.
[[nodiscard]] base::Result<base::SecretBytes> find_master_key(const Config& config);

// For a new store: reads the master key, or makes DATA_DIR.master-key if the configuration names no other file.
struct FirstMasterKey {
  base::SecretBytes key;
  bool made = false;
};
[[nodiscard]] base::Result<FirstMasterKey> find_or_make_master_key(const Config& config, crypto::Random& random);

}  // namespace livecert::app
