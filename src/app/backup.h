#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "app/config.h"
#include "app/verify_store.h"
#include "base/result.h"
#include "base/time.h"
#include "crypto/age.h"

// Backups (docs/backup.md): an archive of the store and its master key in one sealed file.
namespace livecert::app {

using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

struct BackupOptions {
  std::filesystem::path file;  // a directory: a file in it that is named after the time
  bool with_master_key = true;
  std::size_t keep = 0;  // with a directory: how many such files stay there, this one included; 0: all
  Progress progress;
};
struct BackupMade {
  std::filesystem::path file;
  std::uintmax_t bytes = 0;
  store::sqlite::StoreCounts counts;
};

// Writes a backup of the configuration's store as it is at one moment. A service may use the store meanwhile. The file
// gets its name when it is whole and synchronised; mode 0600. Errors: kConfiguration with one sentence: no store, no
// master key, the file is there already, no room.
[[nodiscard]] base::Result<BackupMade> make_backup(const Config& config, const crypto::AgeWriter::Sealed& to,
                                                   const BackupOptions& options, base::Time now);

struct RestoreOptions {
  std::filesystem::path file;
  bool rehearse = false;  // change nothing: unpack, verify, start aside without edges, and throw it away
  bool replace = false;   // move a store that is there aside
};
struct Restored {
  StoreReport report;
  std::string made_at;                                  // as the backup says
  std::optional<store::sqlite::StoreCounts> there_now;  // of the store that is in the data directory, for comparison
  std::filesystem::path former;                         // where a replaced store is; empty: there was none
  bool made_master_key = false;
};

// Unpacks a backup in the data directory and verifies all of it before it replaces anything. Errors: kInvalidInput and
// kConfiguration with one sentence: the backup does not open, is damaged, or holds a store with findings (they follow
// the sentence); a service uses the data directory; a store is there and `replace` is not set; another master key is in
// the place of the one to restore.
[[nodiscard]] base::Result<Restored> restore_backup(const Config& config, const crypto::AgeReader::Opener& opener,
                                                    const RestoreOptions& options, base::Time now);

}  // namespace livecert::app
