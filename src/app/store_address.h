#pragma once

#include <filesystem>
#include <string>

#include "app/config.h"
#include "base/result.h"
#include "store/postgres/postgres_store.h"

// Where the store is: in the data directory, or, when the setting `store` names one, in a PostgreSQL database that
// several services share. The data directory then holds only what is this machine's own.
namespace livecert::app {

[[nodiscard]] inline bool is_in_postgres(const Config& config) {
  return !config.store.empty();
}

// kConfiguration with a sentence when the settings about the store do not fit together.
[[nodiscard]] base::Result<void> check_store_settings(const Config& config);

// Reads the password from the file that the configuration names, otherwise from the systemd credential
// `livecert-store-password`; without either, libpq looks in its own places. kConfiguration when the file cannot be
// read, or others can read it.
[[nodiscard]] base::Result<store::postgres::Options> postgres_options(const Config& config);

// For a command that works on the files of the embedded store: kConfiguration with `instead`, a sentence that says what
// to do when the store is in PostgreSQL.
[[nodiscard]] base::Result<void> refuse_postgres(const Config& config, const std::string& instead);

// The data directory notes which database its service uses, so that neither an empty embedded store nor an empty
// database takes the place of the store that was there.
[[nodiscard]] std::filesystem::path store_note_file(const std::filesystem::path& data_dir);
[[nodiscard]] base::Result<void> note_store(const Config& config);
// The database without a password; empty: the data directory has an embedded store, or none yet.
[[nodiscard]] std::string noted_store(const std::filesystem::path& data_dir);

}  // namespace livecert::app
