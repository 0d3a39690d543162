#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <sys/types.h>

#include "base/result.h"

namespace livecert::store::sqlite {

// Which files the store works in, to be found again under their names: a file that was removed, exchanged, or hidden
// by an unmounted volume can still be written to and synchronised, but nobody will ever read it again.
class OpenedFiles {
 public:
  // What lies under the names now: `file` as the operator names the database, `resolved` as SQLite does, which puts its
  // log and the log's index beside the latter. kConfiguration when one of them is missing.
  [[nodiscard]] static base::Result<OpenedFiles> note(const std::filesystem::path& file,
                                                      const std::filesystem::path& resolved);

  // kStoreFailure when another file lies under one of the names, or none; its detail says which. A call of stat() for
  // each; from every thread.
  [[nodiscard]] base::Result<void> check() const { return check(files_); }
  // Only of those that hold what was written: the database and its log.
  [[nodiscard]] base::Result<void> check_content() const { return check(std::span(files_).first(2)); }

 private:
  struct File {
    std::string path;
    dev_t device = 0;
    ino_t number = 0;
  };
  [[nodiscard]] static base::Result<void> check(std::span<const File> files);

  std::array<File, 3> files_;
};

}  // namespace livecert::store::sqlite
