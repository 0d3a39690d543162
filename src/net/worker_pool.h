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

// A fixed number of threads that run jobs, at most `at_once` at the same time. A job that waits for something other
// than the processor says so (base::Blocking), and another thread runs meanwhile. Jobs wait in lines, one for each
// principal, and the lines take turns, so that no client waits for another's many jobs. Within a line, resumed jobs go
// first, and then jobs in the order in which they came. The thread that became idle last is woken first, so that under
// load a few threads with warm caches do nearly all the work. After each job the thread's dead stack is wiped.
class WorkerPool {
 public:
  // How a job is called: to run, or because another job needed its place in the queue. In the latter case the thread
  // that submitted the other job calls it.
  enum class Turn : std::uint8_t { kRun, kCrowdedOut };
  using Job = std::function<void(Turn)>;  // must not throw

  // The jobs of one principal, which wait behind one another.
  class Line {
   private:
    friend class WorkerPool;
    [[nodiscard]] bool empty() const { return begun_.empty() && jobs_.empty(); }
    // Both with the pool's lock held.
    std::deque<Job> begun_;  // jobs from resume()
    std::deque<Job> jobs_;
  };
  using LinePtr = std::shared_ptr<Line>;

  // At most `at_once` of the threads run jobs that do not wait; for a moment after a wait ended it may be more.
  WorkerPool(unsigned threads, unsigned at_once);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();

  // If `queue_limit` jobs wait already, crowds out the last job of the longest line. False if that would be this job,
  // or after stop().
  [[nodiscard]] bool submit(const LinePtr& line, Job job, std::size_t queue_limit);
  // For the next part of work that has begun: it goes before all jobs of its line that have not begun, because
  // otherwise a client would wait twice under load. False after stop().
  [[nodiscard]] bool resume(const LinePtr& line, Job job);
  // Jobs that wait and have not begun.
  [[nodiscard]] std::size_t queued() const;
  // Waits for the running jobs and drops the waiting ones.
  void stop();

 private:
  class Worker;

  // Call all with the lock held.
  void take_turns(const LinePtr& line);
  // Returns null if the line that wants one more job is among the longest.
  [[nodiscard]] Job crowd_out(const Line& newcomer);
  // Returns the worker that must be woken once the lock is free, if any.
  [[nodiscard]] Worker* choose_to_wake();
  [[nodiscard]] bool has_job() const { return !turns_.empty(); }
  // Waits for the worker's next job and returns it; empty when the worker must end.
  [[nodiscard]] Job next_job(Worker& worker);

  const std::size_t at_once_;
  mutable std::mutex mutex_;
  std::deque<LinePtr> turns_;  // every line that has a job, once; the front one is next
  std::size_t waiting_ = 0;    // jobs that have not begun
  std::vector<Worker*> idle_;  // the last one became idle last
  std::size_t awake_ = 0;      // those neither idle nor waiting within a job
  bool stopping_ = false;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace livecert::net
