#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace livecert::net {

// A fixed number of threads that run jobs in the order they came, what has begun before what has not, only a few of
// them at once: a job that waits for something other than the processor says so (base::Blocking), and another thread
// takes its place meanwhile. The thread that became idle last is the first to be woken, so that under load a few
// threads with warm caches do nearly all the work. After each job the thread's dead stack is wiped.
class WorkerPool {
 public:
  using Job = std::function<void()>;  // must not throw

  // At most `at_once` of the threads run jobs that do not wait, but for moments after a wait ended.
  WorkerPool(unsigned threads, unsigned at_once);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool();

  // False when `queue_limit` jobs wait already, or after stop().
  [[nodiscard]] bool submit(Job job, std::size_t queue_limit);
  // For work that was let in before: its next part goes before all that has not begun, or under load a client would
  // wait twice. False after stop().
  [[nodiscard]] bool resume(Job job);
  // Waits for the jobs that are running; those still waiting are dropped.
  void stop();

 private:
  class Worker;

  [[nodiscard]] bool enqueue(std::deque<Job>& queue, Job job, std::size_t limit);
  // Both with the lock held. The worker that must be woken once the lock is free, if any.
  [[nodiscard]] Worker* choose_to_wake();
  [[nodiscard]] bool has_job() const { return !begun_.empty() || !jobs_.empty(); }
  // The worker's next job, after waiting for one; empty when it must end.
  [[nodiscard]] Job next_job(Worker& worker);

  const std::size_t at_once_;
  std::mutex mutex_;
  std::deque<Job> begun_;  // what resume() was given
  std::deque<Job> jobs_;
  std::vector<Worker*> idle_;  // the last one slept the shortest
  std::size_t awake_ = 0;      // those neither idle nor waiting within a job
  bool stopping_ = false;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace livecert::net
