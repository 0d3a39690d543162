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
#include "store/store.h"

namespace livecert::store::sqlite {

struct Options {
  std::filesystem::path directory;  // the data directory; must exist
  int max_group = 256;              // commands in one transaction
  int readers = 8;                  // reads that can run at once
  LogLimits log = {};               // when the write-ahead log is copied into the file
  // Told, on a thread of the store, why a checkpoint failed, once until one is done: the log keeps what it holds, and
  // other attempts follow.
  std::function<void(const std::string& why)> report = {};
  // Told once, on a thread of the store, that the disk did not take what was copied from the log. Everything that was
  // acknowledged is in the log, but from then on nothing can be written, nor be read rightly, until the store is opened
  // again: reads and commands fail with kStoreFailure. A process that serves had best end.
  std::function<void(const std::string& why)> on_failed_sync = {};
  // Told of each group of commands, on the thread that writes.
  GroupWriter::Watch watch = {};
  // For taking a store of format 5 or older forward, which kept no names of leaves.
  ReadLeafNames read_leaf_names = {};
  std::string vfs = {};  // a registered SQLite VFS; empty: the default. Tests pass one that fails.
};

// The store in one SQLite file of the data directory (docs/formats/store.md), which it holds locked while it lives.
// Destroy it after the last call has returned: it carries out what was submitted, moves the log into the file and
// closes.
class SqliteStore final : public Store {
 public:
  // Creates the file if there is none and migrates it if it is of an older release. kConfiguration, with nothing
  // touched, for a directory in use or open to others, and a file that is damaged, foreign or of a newer release.
  [[nodiscard]] static base::Result<std::unique_ptr<SqliteStore>> open(const Options& options,
                                                                       const base::Clock& clock);
  ~SqliteStore() override;

  void submit_async(Context context, Command command, Done done) override;
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
