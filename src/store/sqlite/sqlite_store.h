#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "store/group_writer.h"
#include "store/sqlite/log_limits.h"
#include "store/sqlite/read_leaf_names.h"
#include "store/sqlite/upgrade.h"
#include "store/store.h"

namespace livecert::store::sqlite {

struct Options {
  std::filesystem::path directory;  // the data directory; must exist
  int max_group = 256;              // commands in one transaction
  int readers = 8;                  // reads that can run at once
  LogLimits log = {};               // when the write-ahead log is copied into the file
  // Called on a thread of the store with the reason of the first failed checkpoint after a success. Nothing is lost;
  // the store will try again.
  std::function<void(const std::string& why)> report = {};
  // Called once, on a thread of the store, when the disk failed to synchronise what was copied from the log. The log
  // holds everything that was acknowledged, but from then on reads and commands fail with kStoreFailure until the store
  // is opened again. A serving process should end.
  std::function<void(const std::string& why)> on_failed_sync = {};
  // Called for each group of commands, on the thread that writes.
  GroupWriter::Watch watch = {};
  // For the upgrade of a store of format 5 or older, which kept no names of leaves.
  ReadLeafNames read_leaf_names = {};
  // For the upgrade of a store of format 7 or older, which kept only the ends of leaves.
  ReadChainEnd read_chain_end = {};
  // Told about the upgrade of a store of an older format.
  UpgradeWatch upgrade = {};
  std::string vfs = {};  // a registered SQLite VFS; empty: the default. Tests pass one that fails.
};

// The store in one SQLite file of the data directory (docs/formats/store.md), which it keeps locked during its life.
// Destroy it after the last call has returned: it carries out everything that was submitted, moves the log into the
// file and closes it.
class SqliteStore final : public Store {
 public:
  // Creates the file if there is none, and upgrades an older format, of which it keeps a copy. kConfiguration, without
  // any change, for a directory in use or open to others, and for a file that is damaged, foreign or of a newer
  // release.
  [[nodiscard]] static base::Result<std::unique_ptr<SqliteStore>> open(const Options& options,
                                                                       const base::Clock& clock);
  ~SqliteStore() override;

  [[nodiscard]] base::Later<Outcome> submit(Context context, Command command) override;
  [[nodiscard]] std::uint64_t generation(Topic topic) override;
  [[nodiscard]] base::Result<std::unique_ptr<Snapshot>> read() override;
  [[nodiscard]] base::Result<bool> wait_for_change(std::int64_t after, std::chrono::milliseconds wait) override;
  [[nodiscard]] Health health() override;

 private:
  struct Parts;
  explicit SqliteStore(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace livecert::store::sqlite
