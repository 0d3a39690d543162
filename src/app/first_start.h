#pragma once

#include <filesystem>

#include "app/config.h"
#include "base/result.h"
#include "service/context.h"

namespace livecert::app {

// DIR/credentials.json: the only file that holds a readable access secret. Its owner should move it away.
[[nodiscard]] std::filesystem::path credentials_file(const std::filesystem::path& data_dir);

// Makes the root account of an empty store. The credentials are safe on disk before the store is written, and get their
// name after it, so that a crash in between leaves neither an unknown root key nor a file with a useless key.
[[nodiscard]] base::Result<void> make_root_account(service::Services& services, base::Bytes vault_header,
                                                   const std::filesystem::path& data_dir);

// Finishes or undoes what a crash in make_root_account() left behind. True: the file has its name now.
[[nodiscard]] base::Result<bool> recover_credentials(store::Store& store, const std::filesystem::path& data_dir);

// kConfiguration, with the remedy, when a store was made in this directory or under this master key and is gone, or
// when the next start could not know that and Config::init is not set. A first start must not replace a store or its
// access key, which a restored backup needs. Changes nothing.
[[nodiscard]] base::Result<void> refuse_if_lost(const Config& config);

// Records that a store exists: in the data directory, and, because the whole directory may be lost, outside it: in the
// folder of the master key, or if it cannot write there, in another state directory of the unit, or in the data
// directory's parent. An Error when it could write nowhere outside; leaves existing records alone.
[[nodiscard]] base::Result<void> mark_initialised(const Config& config);

// kConfiguration when others than its owner can read the file, with the command that repairs it.
[[nodiscard]] base::Result<void> check_credentials_file(const std::filesystem::path& data_dir);

}  // namespace livecert::app
