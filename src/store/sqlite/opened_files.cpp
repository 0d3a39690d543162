#include "store/sqlite/opened_files.h"

#include <cerrno>
#include <sys/stat.h>
#include <system_error>

namespace livecert::store::sqlite {

base::Result<OpenedFiles> OpenedFiles::note(const std::filesystem::path& file, const std::filesystem::path& resolved) {
  OpenedFiles opened;
  opened.files_ = {File{file.string()}, File{resolved.string() + "-wal"}, File{resolved.string() + "-shm"}};
  for (File& one : opened.files_) {
    struct stat facts {};
    if (::stat(one.path.c_str(), &facts) != 0) {
      return base::Error{base::ErrorCode::kConfiguration,
                         "The store's file " + one.path +
                             " went away while it was opened: " + std::generic_category().message(errno) + "."};
    }
    one.device = facts.st_dev;
    one.number = facts.st_ino;
  }
  return opened;
}

base::Result<void> OpenedFiles::check(std::span<const File> files) {
  for (const File& one : files) {
    struct stat facts {};
    const bool found = ::stat(one.path.c_str(), &facts) == 0;
    // The number of a file that is open is not given to another one.
    if (found && facts.st_dev == one.device && facts.st_ino == one.number) continue;
    return base::Error{base::ErrorCode::kStoreFailure, "the store is gone",
                       one.path + (found ? " is another file than the one that was opened"
                                         : " is not there any more (" + std::generic_category().message(errno) + ")")};
  }
  return {};
}

}  // namespace livecert::store::sqlite
