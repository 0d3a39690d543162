#pragma once

#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>

#include "base/result.h"
#include "store/sqlite/opened_files.h"
#include "store/standing.h"

namespace livecert::store::sqlite {

// Whether the store can keep what it is given, as far as its last writes and a look at its files tell. Callable from
// every thread.
class Condition {
 public:
  // `directory` is where it needs room.
  Condition(std::filesystem::path directory, OpenedFiles files);

  // kStoreFailure when the files are not in place any more, which is noted; see OpenedFiles::check().
  [[nodiscard]] base::Result<void> check_files() { return note(files_.check()); }
  // What every commit can afford: only of the files that hold what was written.
  [[nodiscard]] base::Result<void> check_content() { return note(files_.check_content()); }

  // A write failed by this. Only what the disk did counts, not what was wrong with a single command.
  void note_failure(const base::Error& error);
  // A write was committed. Ends what note_failure() began; after a full disk, once there is some room again, so that
  // what fits into the last bytes does not count.
  void note_success();
  // False from a failure to the next success.
  [[nodiscard]] bool is_sound() const { return sound_; }

  // Looks at the files, too: writing ends when they are not in place.
  [[nodiscard]] Health health();

 private:
  [[nodiscard]] base::Result<void> note(base::Result<void> in_place);
  void note(Health::State state, const std::string& why);
  [[nodiscard]] bool has_room() const;

  const std::filesystem::path directory_;
  const OpenedFiles files_;
  std::atomic<bool> sound_ = true;
  mutable std::mutex mutex_;
  // Guarded: what the last failure was; kSound when there was none since the last success.
  Health last_;
};

}  // namespace livecert::store::sqlite
