#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace livecert::net {

// A fixed number of threads that run jobs, only a few of them at once: a job that waits for something other than the
// processor says so (base::Blocking), and another thread takes its place meanwhile. Jobs wait in lines, one for each
// principal, and the lines take turns, so that nobody waits for another's many jobs; within a line what has begun goes
// before what has not, else in the order they came. The thread that became idle last is the first to be woken, so that
// under load a few threads with warm caches do nearly all the work. After each job the thread's dead stack is wiped.
class WorkerPool {
 public:
  // How a job is called: to be run, or because others needed its place in the queue (then on the thread that brought
  // one of them).
  enum class Turn : std::uint8_t { kRun, kCrowdedOut };
  using Job = std::function<void(Turn)>;  // must not throw

  // Whose jobs wait behind one another.
  class Line {
   private:
    friend class WorkerPool;
    [[nodiscard]] bool empty() const { return begun_.empty() && jobs_.empty(); }
    // Both with the pool's lock held.
    std::deque<Job> begun_;  // what resume() was given
    std::deque<Job> jobs_;
  };
  using LinePtr = std::shared_ptr<Line>;

  // At most `at_once` of the threads run jobs that do not wait, but for moments after a wait ended.
  WorkerPool(unsigned threads, unsigned at_once);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();

  // Where `queue_limit` jobs wait already, the last one of the longest line is crowded out; false if that would be this
  // one, or after stop().
  [[nodiscard]] bool submit(const LinePtr& line, Job job, std::size_t queue_limit);
  // For work that was let in before: its next part goes before all of its line that has not begun, or under load a
  // client would wait twice. False after stop().
  [[nodiscard]] bool resume(const LinePtr& line, Job job);
  // Jobs that wait and have not begun.
  [[nodiscard]] std::size_t queued() const;
  // Waits for the jobs that are running; those still waiting are dropped.
  void stop();

 private:
  class Worker;

  // All with the lock held.
  void take_turns(const LinePtr& line);
  // Null: the line that wants one more is among the longest.
  [[nodiscard]] Job crowd_out(const Line& newcomer);
  // The worker that must be woken once the lock is free, if any.
  [[nodiscard]] Worker* choose_to_wake();
  [[nodiscard]] bool has_job() const { return !turns_.empty(); }
  // The worker's next job, after waiting for one; empty when it must end.
  [[nodiscard]] Job next_job(Worker& worker);

  const std::size_t at_once_;
  mutable std::mutex mutex_;
  std::deque<LinePtr> turns_;  // every line that has a job, once; the front one is next
  std::size_t waiting_ = 0;    // jobs that have not begun
  std::vector<Worker*> idle_;  // the last one slept the shortest
  std::size_t awake_ = 0;      // those neither idle nor waiting within a job
  bool stopping_ = false;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace livecert::net
