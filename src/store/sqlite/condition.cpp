#include "store/sqlite/condition.h"

#include <sys/statvfs.h>
#include <utility>

#include <sqlite3.h>

#include "store/sqlite/result_code.h"

namespace livecert::store::sqlite {
namespace {

// Room for a few commits of large chains.
constexpr std::uint64_t kRoom = 1ULL << 20;

// Whether the disk failed and not the command, so that a later command may fail in the same way.
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

// A failed write does not count: reads write only temporary files, for sorting.
bool is_of_what_is_read(int code) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return true;
    case SQLITE_IOERR:
      return code != SQLITE_IOERR_NOMEM && code != SQLITE_IOERR_WRITE;
    default:
      return false;
  }
}

}  // namespace

Condition::Condition(std::filesystem::path directory, OpenedFiles files, const base::Clock& clock)
    : directory_(std::move(directory)), files_(std::move(files)), clock_(clock) {}

void Condition::note(Health::State state, const std::string& why) {
  const std::lock_guard lock(mutex_);
  last_ = {state, why};
  sound_ = false;
}

base::Result<void> Condition::note(base::Result<void> in_place) {
  if (!in_place) note(Health::State::kGone, in_place.error().detail);
  return in_place;
}

base::Result<void> Condition::check_files() {
  TRY(note(files_.check()));
  const std::lock_guard lock(mutex_);
  if (other_state_.empty()) return {};
  return base::Error{base::ErrorCode::kStoreFailure, "the store is gone", other_state_};
}

void Condition::note_failure(const base::Error& error) {
  if (!is_of_the_disk(result_code(error))) return;
  note(is_disk_full(error) ? Health::State::kFull : Health::State::kFailing, error.detail);
}

void Condition::note_failed_sync(const std::string& why) {
  const std::lock_guard lock(mutex_);
  failed_sync_ = "the disk did not take what was copied into the database: " + why +
                 "; the log still holds it, and the store is closed until livecert is started again";
  last_ = {Health::State::kFailing, failed_sync_};
  sound_ = false;
}

base::Result<void> Condition::check_sync() const {
  if (!sync_failed_) return {};
  const std::lock_guard lock(mutex_);
  return base::Error{base::ErrorCode::kStoreFailure, "the store is closed", failed_sync_};
}

void Condition::note_success() {
  if (sound_ || sync_failed_) return;
  const std::lock_guard lock(mutex_);
  if (!other_state_.empty() || (last_.state == Health::State::kFull && !has_room())) return;
  last_ = {};
  sound_ = true;
}

void Condition::note_failed_read(const base::Error& error) {
  if (!is_of_what_is_read(result_code(error))) return;
  const std::lock_guard lock(mutex_);
  failed_read_ = error.detail;
  read_failed_at_ = clock_.steady_now();
}

void Condition::note_content(std::int64_t committed, const base::Result<std::int64_t>& found) {
  if (!found) return note_failed_read(found.error());
  const std::lock_guard lock(mutex_);
  other_state_.clear();
  if (*found >= committed) return;
  other_state_ = "the files hold the state after change " + std::to_string(*found) + ", but change " +
                 std::to_string(committed) + " was committed: they were written over";
  last_ = {Health::State::kGone, other_state_};
  sound_ = false;
}

Health Condition::health() {
  static_cast<void>(check_files());
  const std::lock_guard lock(mutex_);
  if (read_failed_at_ && clock_.steady_now() - *read_failed_at_ >= kFailedReadCounts) read_failed_at_.reset();
  if (last_.state == Health::State::kGone) return last_;
  if (const auto time = working_for(); time > kPatience) {
    return {Health::State::kHanging, "the writer has waited for the disk for " + std::to_string(time.count()) + " ms"};
  }
  if (read_failed_at_) return {Health::State::kUnreadable, failed_read_};
  return last_;
}

std::chrono::milliseconds Condition::working_for() const {
  const base::SteadyTime::duration since = working_since_;
  if (since == base::SteadyTime::duration::zero()) return {};
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady_now().time_since_epoch() - since);
}

// A file system that does not report its space counts as one with room.
bool Condition::has_room() const {
  struct statvfs facts {};
  if (::statvfs(directory_.c_str(), &facts) != 0 || facts.f_blocks == 0) return true;
  return facts.f_bavail * facts.f_frsize >= kRoom;
}

}  // namespace livecert::store::sqlite
