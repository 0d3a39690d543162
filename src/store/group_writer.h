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
    kCommitted,  // the writes would survive a power cut
    kFailed,     // nothing of the transaction will ever be visible
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

  // Begins a transaction; no other connection writes until its end. May wait for others. Error: nothing was begun.
  [[nodiscard]] virtual base::Result<void> begin() = 0;
  // The rows of the open transaction.
  [[nodiscard]] virtual Rows& rows() = 0;
  [[nodiscard]] virtual Ending commit() = 0;
  // Ends the transaction without an effect. `why`: the failure inside it.
  virtual void roll_back(const base::Error& why) = 0;
  // How many times a transaction that failed with kConflict is carried out again, with its whole group.
  [[nodiscard]] virtual int retries() const { return 0; }

  // The engine's own work, after a group was answered and later while nothing is submitted. Both return the pause until
  // the next when_idle(); nullopt: not before another group or GroupWriter::wake().
  using Pause = std::optional<std::chrono::milliseconds>;
  [[nodiscard]] virtual Pause after_group() = 0;
  [[nodiscard]] virtual Pause when_idle() = 0;
};

// The last work of a writer, for monitoring.
struct GroupSeen {
  std::size_t commands = 0;            // in the group
  std::size_t waiting = 0;             // commands that arrived since, for the next group
  std::chrono::nanoseconds commit{0};  // how long the engine took to commit the group, synchronisation included
};

// The one thread that writes. All commands that are queued when a transaction begins form its group: they share one
// synchronisation with the disk, and then all are answered. The longer a transaction waits for its turn, the larger its
// group.
class GroupWriter {
 public:
  // The work of a command in the open transaction; an Error fails the transaction. Called on the writer's thread.
  using Apply = std::function<base::Result<Outcome>(Rows&, const Context&, const Command&)>;

  // Called on the writer's thread after each group; it must be quick. May be empty.
  using Watch = std::function<void(const GroupSeen&)>;

  // `max_group`: commands in one transaction, at least 1. Engine and clock must outlive this.
  GroupWriter(Engine& engine, Apply apply, const base::Clock& clock, int max_group, Watch watch = {});
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;
  // Carries out everything that was submitted before.
  ~GroupWriter() = default;

  // Callable from every thread. The outcome comes on the writer's thread.
  void submit(Context context, Command command, base::Later<Outcome>::Receiver to);
  // Callable from every thread. Ends a pause, so that the engine's when_idle() runs.
  void wake();

 private:
  struct Job {
    Context context;
    Command command;
    base::Later<Outcome>::Receiver to;
    Outcome outcome = {};
  };

  void run(const std::stop_token& stop);
  // Waits for a job, for the end of the engine's pause or for the stop. Returns whether a job is queued.
  [[nodiscard]] bool wait_for_work(const std::stop_token& stop);
  [[nodiscard]] bool is_queue_empty();
  [[nodiscard]] std::vector<Job> take();
  void write_group();
  void tell(std::size_t commands);
  // Runs the group, or one member alone, in the open transaction.
  void carry_out(std::span<Job> group);
  [[nodiscard]] Ending attempt(std::span<Job> group);
  // Attempts it again while others are in its way.
  [[nodiscard]] Ending retry(std::span<Job> group, Ending ending);
  [[nodiscard]] base::Result<void> apply_all(std::span<Job> group);

  Engine& engine_;
  const Apply apply_;
  const base::Clock& clock_;
  const std::size_t max_group_;
  const Watch watch_;
  Engine::Pause pause_;                 // used by the thread, like the next one
  std::chrono::nanoseconds commit_{0};  // of the group that is being written

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job> queue_;
  bool is_woken_ = false;
  std::jthread thread_;  // the last member: it ends before the others do
};

}  // namespace livecert::store
