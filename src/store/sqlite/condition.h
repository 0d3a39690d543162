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

// Whether the store can keep new data, as far as its last writes and reads and a check of its files show. Callable from
// every thread.
class Condition {
 public:
  // How long a failed read counts: reads meet a damaged page only now and then.
  static constexpr std::chrono::minutes kFailedReadCounts{1};

  // How long the writer may wait for the disk before that is reported.
  static constexpr std::chrono::seconds kPatience{2};

  // `directory` is the one that needs free space. The clock must outlive this.
  Condition(std::filesystem::path directory, OpenedFiles files, const base::Clock& clock);

  // kStoreFailure, which is recorded, when the files are no longer in place or hold another state (note_content()).
  [[nodiscard]] base::Result<void> check_files();
  // A check that every commit can afford: only of the files that hold the data.
  [[nodiscard]] base::Result<void> check_content() { return note(files_.check_content()); }
  // kStoreFailure once a synchronisation of the database failed: for every read and every commit that has not begun.
  [[nodiscard]] base::Result<void> check_sync() const;
  // The flag that a failed synchronisation of the database sets (share_failure()).
  [[nodiscard]] std::atomic<bool>& sync_failed() { return sync_failed_; }

  // A write failed with this error. Only failures of the disk count, not those of a single command.
  void note_failure(const base::Error& error);
  // The store was moved, or is being moved, so that it must not be written.
  void note_moved(const std::string& why) { note(Health::State::kMoved, why); }
  // Why a synchronisation of the database failed.
  void note_failed_sync(const std::string& why);
  // A write was committed, which ends the effect of note_failure(). After a full disk this needs some free space, so
  // that a write into the last bytes does not count.
  void note_success();
  // A read failed with this error. Only failures of the disk count.
  void note_failed_read(const base::Error& error);
  // Reports the position of the last change in the files, read after the change at `committed` was committed. If it is
  // earlier, the files hold another state than the store's, and writing stops until that ends.
  void note_content(std::int64_t committed, const base::Result<std::int64_t>& found);
  // The writer starts or ends work that may wait for the disk.
  void begin_work() { working_since_ = clock_.steady_now().time_since_epoch(); }
  void end_work() { working_since_ = base::SteadyTime::duration::zero(); }
  // False from a failure until the next success.
  [[nodiscard]] bool is_sound() const { return sound_; }

  // Also checks the files; writing stops when they are not in place.
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
  // Guarded by the mutex:
  Health last_;              // the last failure; kSound if there was none since the last success
  std::string failed_sync_;  // the error of a failed synchronisation of the database; empty: there was none
  std::string other_state_;  // why the state of the files is wrong; empty: it is right
  std::string failed_read_;  // the error of the last failed read
  std::optional<base::SteadyTime> read_failed_at_;  // its time; empty once it does not count any more
};

}  // namespace livecert::store::sqlite
