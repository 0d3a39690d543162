#pragma once

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <sys/types.h>

#include "base/result.h"

namespace livecert::store::sqlite {

// Compares the files that the store works in with the files under their names: a process can still write to and
// synchronise a file that was removed, replaced, or hidden by an unmounted volume, but that file will never be read
// again. It also compares their lengths: a file that was truncated, for example to copy another one over it, has lost
// commits.
class OpenedFiles {
 public:
  // Records the files under the names now: `file` is the operator's name of the database and `resolved` is SQLite's,
  // whose folder also has the log and its index. SQLite itself may truncate the log, but to no less than `log_limit`
  // bytes (PRAGMA journal_size_limit). kConfiguration when one of them is missing.
  [[nodiscard]] static base::Result<OpenedFiles> note(const std::filesystem::path& file,
                                                      const std::filesystem::path& resolved, off_t log_limit);

  // kStoreFailure when a name has another file or none, or a file that became shorter; its detail says which. Once a
  // file was shorter, it stays a failure, because its content is unknown. Costs one stat() for each file. Callable from
  // every thread.
  [[nodiscard]] base::Result<void> check() const { return check(*files_); }
  // Checks only the files that hold the data: the database and its log.
  [[nodiscard]] base::Result<void> check_content() const { return check(std::span(*files_).first(2)); }

 private:
  struct File {
    std::string path;
    dev_t device = 0;
    ino_t number = 0;
    off_t limit = 0;  // it may become this short at any time
    std::atomic<off_t> length = 0;
    std::atomic<bool> was_cut_off = false;
  };
  [[nodiscard]] static base::Result<void> check(std::span<File> files);

  std::unique_ptr<std::array<File, 3>> files_ = std::make_unique<std::array<File, 3>>();
};

}  // namespace livecert::store::sqlite
