#pragma once

#include <filesystem>

#include "app/config.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"

namespace livecert::app {

// Where the master key is looked for: the file that the configuration names, else the systemd credential
// `livecert-master-key`, else the file beside the data directory.
[[nodiscard]] std::filesystem::path master_key_file(const Config& config);

// False when what is written beside that file does not last: the folder of systemd's credentials is made anew at every
// start (systemd.exec(5), "Credentials").
[[nodiscard]] bool lasts_beside_master_key(const Config& config);

// Reads it. kConfiguration with a sentence that names the file when it is missing or unusable.
[[nodiscard]] base::Result<base::SecretBytes> find_master_key(const Config& config);

// For a store that has none yet: reads it, or makes it beside the data directory if nothing else was named.
struct FirstMasterKey {
  base::SecretBytes key;
  bool made = false;
};
[[nodiscard]] base::Result<FirstMasterKey> find_or_make_master_key(const Config& config, crypto::Random& random);

}  // namespace livecert::app
