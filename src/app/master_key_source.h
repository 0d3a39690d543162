#pragma once

#include <filesystem>
#include <vector>

#include "app/config.h"
#include "base/result.h"
#include "crypto/random.h"
#include "domain/master_key.h"
#include "vault/master_key.h"
#include "vault/vault.h"

namespace livecert::app {

// The file of the master keys: the one that the configuration names, otherwise the systemd credential
// `livecert-master-key`, otherwise DATA_DIR.master-key.
[[nodiscard]] std::filesystem::path master_key_file(const Config& config);

// False when a second file in its folder does not last: systemd makes the folder of its credentials again at every
// start (systemd.exec(5), "Credentials").
[[nodiscard]] bool lasts_beside_master_key(const Config& config);

// Reads the master keys. kConfiguration with a sentence that names the file when it is missing or unusable.
[[nodiscard]] base::Result<vault::MasterKeys> find_master_keys(const Config& config);

// For a new store: reads the master keys, or makes DATA_DIR.master-key if the configuration names no other file.
struct FirstMasterKey {
  vault::MasterKeys keys;
  bool made = false;
};
[[nodiscard]] base::Result<FirstMasterKey> find_or_make_master_key(const Config& config, crypto::Random& random);

// The keys with what the store knows of them.
[[nodiscard]] vault::LocalVault::Ring to_ring(vault::MasterKeys keys, base::Bytes header,
                                              const store::StoredMasterKeys& stored);

}  // namespace livecert::app
