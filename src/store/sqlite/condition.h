#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "store/sqlite/opened_files.h"
#include "store/store.h"

namespace livecert::store::sqlite {

// Whether the store can keep what it is given, as far as its last writes and reads and a look at its files tell.
// Callable from every thread.
class Condition {
 public:
  // How long a read that failed counts: a damaged page is met only now and then.
  static constexpr std::chrono::minutes kFailedReadCounts{1};

  // How long the writer may wait for the disk until it is told.
  static constexpr std::chrono::seconds kPatience{2};

  // `directory` is where it needs room. The clock must outlive this.
  Condition(std::filesystem::path directory, OpenedFiles files, const base::Clock& clock);

  // kStoreFailure when the files are not in place any more, or hold another state (note_content()), which is noted.
  [[nodiscard]] base::Result<void> check_files();
  // What every commit can afford: only of the files that hold what was written.
  [[nodiscard]] base::Result<void> check_content() { return note(files_.check_content()); }
  // kStoreFailure once a synchronisation of the database failed: for every read and every commit that has not begun.
  [[nodiscard]] base::Result<void> check_sync() const;
  // For those who synchronise the database.
  [[nodiscard]] std::atomic<bool>& sync_failed() { return sync_failed_; }

  // A write failed by this. Only what the disk did counts, not what was wrong with a single command.
  void note_failure(const base::Error& error);
  // Why a synchronisation of the database failed.
  void note_failed_sync(const std::string& why);
  // A write was committed. Ends what note_failure() began; after a full disk, once there is some room again, so that
  // what fits into the last bytes does not count.
  void note_success();
  // A read failed by this. Only what the disk did counts.
  void note_failed_read(const base::Error& error);
  // The position of the last change that was read from the files, after the one at `committed` was committed: when it
  // is before that one, the files hold another state than the store's, and writing ends until that is over.
  void note_content(std::int64_t committed, const base::Result<std::int64_t>& found);
  // The writer begins what may wait for the disk, and has ended it.
  void begin_work() { working_since_ = clock_.steady_now().time_since_epoch(); }
  void end_work() { working_since_ = base::SteadyTime::duration::zero(); }
  // False from a failure to the next success.
  [[nodiscard]] bool is_sound() const { return sound_; }

  // Looks at the files, too: writing ends when they are not in place.
  [[nodiscard]] Health health();

 private:
  [[nodiscard]] base::Result<void> note(base::Result<void> in_place);
  void note(Health::State state, const std::string& why);
  [[nodiscard]] bool has_room() const;
  [[nodiscard]] std::chrono::milliseconds working_for() const;

  const std::filesystem::path directory_;
  const OpenedFiles files_;
  const base::Clock& clock_;
  std::atomic<bool> sound_ = true;
  std::atomic<bool> sync_failed_ = false;
  std::atomic<base::SteadyTime::duration> working_since_{};  // zero: the writer is idle
  mutable std::mutex mutex_;
  // Guarded:
  Health last_;              // what the last failure was; kSound when there was none since the last success
  std::string failed_sync_;  // how a synchronisation of the database failed; empty: none has
  std::string other_state_;  // what is wrong with the state that the files hold; empty: nothing
  std::string failed_read_;  // what the last read that failed met …
  std::optional<base::SteadyTime> read_failed_at_;  // … and when; empty once it does not count any more
};

}  // namespace livecert::store::sqlite
