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

// Which files the store works in, to be found again under their names: a file that was removed, exchanged, or hidden
// by an unmounted volume can still be written to and synchronised, but nobody will ever read it again. And how long
// they are: a file that somebody cut off, to copy another one over it say, has lost what was committed.
class OpenedFiles {
 public:
  // What lies under the names now: `file` as the operator names the database, `resolved` as SQLite does, which puts its
  // log and the log's index beside the latter. SQLite itself may cut the log off, but to no less than `log_limit` bytes
  // (PRAGMA journal_size_limit). kConfiguration when one of them is missing.
  [[nodiscard]] static base::Result<OpenedFiles> note(const std::filesystem::path& file,
                                                      const std::filesystem::path& resolved, off_t log_limit);

  // kStoreFailure when another file lies under one of the names, or none, or one that is shorter than it was; its
  // detail says which. Once a file was shorter, it stays a failure: nobody knows what it holds by now. A call of stat()
  // for each; from every thread.
  [[nodiscard]] base::Result<void> check() const { return check(*files_); }
  // Only of those that hold what was written: the database and its log.
  [[nodiscard]] base::Result<void> check_content() const { return check(std::span(*files_).first(2)); }

 private:
  struct File {
    std::string path;
    dev_t device = 0;
    ino_t number = 0;
    off_t limit = 0;  // it may become as short as this at any time
    std::atomic<off_t> length = 0;
    std::atomic<bool> was_cut_off = false;
  };
  [[nodiscard]] static base::Result<void> check(std::span<File> files);

  std::unique_ptr<std::array<File, 3>> files_ = std::make_unique<std::array<File, 3>>();
};

}  // namespace livecert::store::sqlite
