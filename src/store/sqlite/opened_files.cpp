#include "store/sqlite/opened_files.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <sys/stat.h>
#include <system_error>

namespace livecert::store::sqlite {
namespace {

base::Error gone(const std::string& path, const std::string& how) {
  return {base::ErrorCode::kStoreFailure, "the store is gone", path + how};
}

void raise(std::atomic<off_t>& length, off_t to) {
  off_t known = length;
  while (known < to && !length.compare_exchange_weak(known, to)) continue;
}

}  // namespace

base::Result<OpenedFiles> OpenedFiles::note(const std::filesystem::path& file, const std::filesystem::path& resolved,
                                            off_t log_limit) {
  constexpr off_t kUnlimited = std::numeric_limits<off_t>::max();
  OpenedFiles opened;
  auto& [database, log, index] = *opened.files_;
  database.path = file.string();
  log.path = resolved.string() + "-wal";
  index.path = resolved.string() + "-shm";
  database.limit = index.limit = kUnlimited;
  log.limit = log_limit;
  for (File& one : *opened.files_) {
    struct stat facts {};
    if (::stat(one.path.c_str(), &facts) != 0) {
      return base::Error{base::ErrorCode::kConfiguration,
                         "The store's file " + one.path +
                             " went away while it was opened: " + std::generic_category().message(errno) + "."};
    }
    one.device = facts.st_dev;
    one.number = facts.st_ino;
    one.length = facts.st_size;
  }
  return opened;
}

base::Result<void> OpenedFiles::check(std::span<File> files) {
  for (File& one : files) {
    // Read before stat(), so that a file that another thread has seen grow meanwhile does not seem shorter.
    const off_t known = std::min(one.length.load(), one.limit);
    struct stat facts {};
    if (::stat(one.path.c_str(), &facts) != 0) {
      return gone(one.path, " is not there any more (" + std::generic_category().message(errno) + ")");
    }
    // The number of an open file is not given to another one.
    if (facts.st_dev != one.device || facts.st_ino != one.number) {
      return gone(one.path, " is another file than the one that was opened");
    }
    if (facts.st_size < known) one.was_cut_off = true;
    if (one.was_cut_off) {
      return gone(one.path, " was cut off or written over while it was open, so that it lacks what was committed");
    }
    raise(one.length, facts.st_size);
  }
  return {};
}

}  // namespace livecert::store::sqlite
