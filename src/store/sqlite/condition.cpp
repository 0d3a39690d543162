#include "store/sqlite/condition.h"

#include <sys/statvfs.h>
#include <utility>

#include <sqlite3.h>

#include "store/sqlite/result_code.h"

namespace livecert::store::sqlite {
namespace {

// A few commits of large chains.
constexpr std::uint64_t kRoom = 1ULL << 20;

// What is not the fault of a command: a later one may fail in the same way.
bool is_of_the_disk(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_NOLFS:
    case SQLITE_PERM:
      return true;
    default:
      return false;
  }
}

}  // namespace

Condition::Condition(std::filesystem::path directory, OpenedFiles files)
    : directory_(std::move(directory)), files_(std::move(files)) {}

void Condition::note_failure(const base::Error& error) {
  const int code = result_code(error);
  // Without a code: the files are not in place.
  if (error.code != base::ErrorCode::kStoreFailure || (code != 0 && !is_of_the_disk(code))) return;
  using State = Health::State;
  const State state = code == 0 ? State::kGone : (code & 0xff) == SQLITE_FULL ? State::kFull : State::kFailing;
  const std::lock_guard lock(mutex_);
  last_ = {state, error.detail};
  sound_ = false;
}

void Condition::note_success() {
  if (sound_) return;
  const std::lock_guard lock(mutex_);
  if (last_.state == Health::State::kFull && !has_room()) return;
  last_ = {};
  sound_ = true;
}

Health Condition::health() {
  if (const auto in_place = check_files(); !in_place) note_failure(in_place.error());
  const std::lock_guard lock(mutex_);
  return last_;
}

// A file system that cannot tell counts as one that has room.
bool Condition::has_room() const {
  struct statvfs facts {};
  if (::statvfs(directory_.c_str(), &facts) != 0 || facts.f_blocks == 0) return true;
  return facts.f_bavail * facts.f_frsize >= kRoom;
}

}  // namespace livecert::store::sqlite
