#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/rows.h"
#include "store/store.h"

namespace livecert::store {

// How a transaction ended.
struct Ending {
  enum class Kind : std::uint8_t {
    kCommitted,  // what was written would survive a power cut
    kFailed,     // nothing of it will ever be seen
    kUncertain,  // the engine cannot find out
  };
  Kind kind = Kind::kCommitted;
  base::Error why = {};  // for the log; not of kCommitted
};

// One database with one transaction at a time. The writer's thread calls all functions.
class Engine {
 public:
  Engine() = default;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  virtual ~Engine() = default;

  // Nobody else writes from here to the end of the transaction. It may wait for others. Error: nothing has begun.
  [[nodiscard]] virtual base::Result<void> begin() = 0;
  // Of the transaction that has begun.
  [[nodiscard]] virtual Rows& rows() = 0;
  [[nodiscard]] virtual Ending commit() = 0;
  // Ends the transaction without an effect. `why`: what failed in it.
  virtual void roll_back(const base::Error& why) = 0;

  // The engine's own work, after a group was answered, and later while nothing is submitted. Both return the pause
  // until when_idle() is due again; nullopt: not before another group, or GroupWriter::wake().
  using Pause = std::optional<std::chrono::milliseconds>;
  [[nodiscard]] virtual Pause after_group() = 0;
  [[nodiscard]] virtual Pause when_idle() = 0;
};

// What a writer did last, for whoever watches it.
struct GroupSeen {
  std::size_t commands = 0;            // in the group
  std::size_t waiting = 0;             // commands that came since, for the next one
  std::chrono::nanoseconds commit{0};  // how long the engine took to commit the group, synchronisation included
};

// The one thread that writes. Everything that has queued when a transaction begins becomes its group: one
// synchronisation with the disk for all of them, after which all are answered. The longer a transaction waits for its
// turn, the larger is its group.
class GroupWriter {
 public:
  // What a command does in the open transaction; an Error fails the transaction. Called on the writer's thread.
  using Apply = std::function<base::Result<Outcome>(Rows&, const Context&, const Command&)>;

  // Called on the writer's thread after each group; it must be quick. May be empty.
  using Watch = std::function<void(const GroupSeen&)>;

  // `max_group`: commands in one transaction, at least 1. Engine and clock must outlive this.
  GroupWriter(Engine& engine, Apply apply, const base::Clock& clock, int max_group, Watch watch = {});
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;
  // Carries out what was submitted before.
  ~GroupWriter() = default;

  // From every thread. `done` is called once, on the writer's thread.
  void submit(Context context, Command command, Store::Done done);
  // From every thread: ends a pause, so that the engine's when_idle() runs.
  void wake();

 private:
  struct Job {
    Context context;
    Command command;
    Store::Done done;
    Outcome outcome = {};
  };

  void run(const std::stop_token& stop);
  // True: something is queued.
  [[nodiscard]] bool wait_for_work(const std::stop_token& stop);
  [[nodiscard]] bool is_queue_empty();
  [[nodiscard]] std::vector<Job> take();
  void write_group();
  void tell(std::size_t commands);
  // The group, or each member alone, in the transaction that has begun.
  void carry_out(std::span<Job> group);
  [[nodiscard]] Ending attempt(std::span<Job> group);
  [[nodiscard]] base::Result<void> apply_all(std::span<Job> group);

  Engine& engine_;
  const Apply apply_;
  const base::Clock& clock_;
  const std::size_t max_group_;
  const Watch watch_;
  Engine::Pause pause_;                 // the thread's, like the next one
  std::chrono::nanoseconds commit_{0};  // of the group that is being written

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job> queue_;
  bool is_woken_ = false;
  std::jthread thread_;  // the last member: it ends before the others do
};

}  // namespace livecert::store
