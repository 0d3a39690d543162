#pragma once

#include <filesystem>

#include "app/config.h"
#include "base/result.h"
#include "service/context.h"

namespace livecert::app {

// DIR/credentials.json: the only file that holds a readable access secret. Its owner should move it away.
[[nodiscard]] std::filesystem::path credentials_file(const std::filesystem::path& data_dir);

// Makes the root account of an empty store. The credentials are safe on disk before the store is written and get their
// name after it, so that a crash between leaves neither a root key that nobody knows nor a file that opens nothing.
[[nodiscard]] base::Result<void> make_root_account(service::Services& services, base::Bytes vault_header,
                                                   const std::filesystem::path& data_dir);

// Finishes or undoes what a crash in make_root_account() left behind. True: the file has its name now.
[[nodiscard]] base::Result<bool> recover_credentials(store::Store& store, const std::filesystem::path& data_dir);

// kConfiguration, saying what to do, when a store was made in this directory or under this master key and is gone, or
// when that could not be told at the next start and Config::init is not set. A first start must not replace a store,
// nor its access key, which a restored backup needs. Changes nothing.
[[nodiscard]] base::Result<void> refuse_if_lost(const Config& config);

// Notes that there is a store: in the data directory, and outside it, since the directory may be lost whole: beside the
// master key, or where that cannot be written to, in another state directory of the unit, or beside the data directory.
// An Error when it could be noted nowhere outside; what is noted already is left alone.
[[nodiscard]] base::Result<void> note_store_made(const Config& config);

// kConfiguration when others than its owner can read the file, with the command that mends it.
[[nodiscard]] base::Result<void> check_credentials_file(const std::filesystem::path& data_dir);

}  // namespace livecert::app
