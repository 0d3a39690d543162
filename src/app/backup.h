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

struct BackupOptions {
  std::filesystem::path file;  // a directory: a file in it, named by the time
  bool with_master_key = true;
  std::size_t keep = 0;  // with a directory: how many such files stay, including this one; 0: all
  Progress progress;
};
struct BackupMade {
  std::filesystem::path file;
  std::uintmax_t bytes = 0;
  store::sqlite::StoreCounts counts;
  bool lacked_log = false;  // StoreReport::lacked_log
};

// Writes a backup of the configuration's store at one moment; a service may use the store meanwhile. The file gets its
// name when it is complete and synchronised; mode 0600. Errors: kConfiguration with one sentence: no store, no master
// key, the file exists already, no space.
[[nodiscard]] base::Result<BackupMade> make_backup(const Config& config, const crypto::AgeWriter::Sealed& to,
                                                   const BackupOptions& options, base::Time now);

// The note of the last backup, for `livecert doctor`: its time of change is the backup's.
[[nodiscard]] std::filesystem::path last_backup_file(const std::filesystem::path& data_dir);

struct RestoreOptions {
  std::filesystem::path file;
  // Unpack in the directory for temporary files, verify, start a service on the copy without edges, and delete it. The
  // data directory is only looked at, and need not be there.
  bool rehearse = false;
  bool replace = false;    // move an existing store to another folder
  Progress progress = {};  // of the verification
};
struct Restored {
  StoreReport report;
  std::string made_at;                                  // according to the backup
  std::optional<store::sqlite::StoreCounts> there_now;  // of the store that is in the data directory, for comparison
  std::filesystem::path former;                         // the folder of a replaced store; empty: there was none
  bool made_master_key = false;
};

// Unpacks a backup in the data directory (a rehearsal: elsewhere) and verifies all of it before it replaces anything.
// Errors: kInvalidInput and kConfiguration with one sentence: the backup does not open, is damaged, or holds a store
// with findings (which follow the sentence); a service uses the data directory; a store exists and `replace` is not
// set; another master key is in the place of the restored one.
[[nodiscard]] base::Result<Restored> restore_backup(const Config& config, const crypto::AgeReader::Opener& opener,
                                                    const RestoreOptions& options, base::Time now);

}  // namespace livecert::app
