#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/time.h"
#include "store/sqlite/change_signal.h"
#include "store/sqlite/checkpointer.h"
#include "store/sqlite/condition.h"
#include "store/sqlite/database.h"
#include "store/sqlite/generations.h"
#include "store/sqlite/sqlite_rows.h"
#include "store/store.h"

namespace livecert::store::sqlite {

// The one thread that writes. What was submitted while it committed becomes its next transaction: one synchronisation
// with the disk for all of them, after which all are answered, if the files are still where others will look for them.
class Writer {
 public:
  // `last`: the largest position that is in use. Everything passed in must outlive this.
  Writer(Connection& database, Checkpointer& checkpointer, ChangeSignal& signal, Generations& generations,
         Condition& condition, const base::Clock& clock, domain::Position last, int max_group);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  // Carries out what was submitted before.
  ~Writer();

  // From every thread. `done` is called once, on the writer's thread.
  void submit(Context context, Command command, Store::Done done);
  // From every thread: the condition is not sound, so it is the writer's to find out when it is again.
  void note_condition();

 private:
  struct Job {
    Context context;
    Command command;
    Store::Done done;
    Outcome outcome = {};
  };
  // How a transaction ended. kFailed and kUncertain: why, for the log.
  enum class Ending : std::uint8_t { kCommitted, kNotBegun, kFailed, kUncertain };
  struct Attempt {
    Ending ending;
    base::Error error = {};
  };

  // Of the last change, before and after a group.
  struct Positions {
    std::int64_t before = 0;
    std::int64_t after = 0;
  };

  void run();
  // Empty: nothing came for a while, or there is nothing left and the writer must stop.
  [[nodiscard]] std::vector<Job> take();
  void carry_out(std::span<Job> group);
  [[nodiscard]] Attempt attempt(std::span<Job> group);
  [[nodiscard]] Attempt attempt_once(std::span<Job> group);
  [[nodiscard]] Attempt commit(const Positions& positions);
  // After a failure, while nothing is submitted: finds out whether writing works again.
  void try_anew();
  [[nodiscard]] base::Result<Positions> apply_all(std::span<Job> group);
  [[nodiscard]] Attempt settle(base::Error error, const Positions& positions);
  [[nodiscard]] base::Result<void> fence();
  void roll_back();

  Connection& database_;
  SqliteRows rows_;
  Checkpointer& checkpointer_;
  ChangeSignal& signal_;
  Generations& generations_;
  Condition& condition_;
  const base::Clock& clock_;
  const domain::Position last_;
  const std::size_t max_group_;
  bool settled_ = true;  // the thread's: nothing is left to do until something is submitted

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace livecert::store::sqlite
