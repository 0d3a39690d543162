#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace livecert::net {

// A fixed number of threads that run jobs in the order they came. After each job the thread's dead stack is wiped.
class WorkerPool {
 public:
  using Job = std::function<void()>;  // must not throw

  explicit WorkerPool(unsigned threads);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool() { stop(); }

  // False when `queue_limit` jobs wait already, or after stop().
  [[nodiscard]] bool submit(Job job, std::size_t queue_limit);
  // Waits for the jobs that are running; those still waiting are dropped.
  void stop();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace livecert::net
