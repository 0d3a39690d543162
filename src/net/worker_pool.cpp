#include "net/worker_pool.h"

#include <condition_variable>
#include <limits>
#include <thread>
#include <utility>

#include "base/blocking.h"
#include "base/secret.h"
#include "base/thread_name.h"

namespace livecert::net {

class WorkerPool::Worker final : public base::Blocking::Observer {
 public:
  explicit Worker(WorkerPool& pool) : pool_(pool) {}

  void start() {
    thread_ = std::thread([this] { run(); });
  }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

  // Both with the pool's lock held by the caller of the first.
  void sleep(std::unique_lock<std::mutex>& lock) {
    woken_ = false;
    wake_.wait(lock, [this] { return woken_; });
  }
  void mark_woken() { woken_ = true; }
  void wake() { wake_.notify_one(); }

  void wait_begins() override {
    Worker* next = nullptr;
    {
      const std::lock_guard lock(pool_.mutex_);
      --pool_.awake_;
      next = pool_.choose_to_wake();
    }
    if (next != nullptr) next->wake();
  }
  void wait_ends() override {
    const std::lock_guard lock(pool_.mutex_);
    ++pool_.awake_;
  }

 private:
  void run() {
    base::name_this_thread("worker");
    base::Blocking::observe_this_thread(this);
    for (Job job = pool_.next_job(*this); job != nullptr; job = pool_.next_job(*this)) {
      job();
      job = nullptr;
      base::wipe_dead_stack();
    }
  }

  WorkerPool& pool_;
  std::condition_variable wake_;
  bool woken_ = false;
  std::thread thread_;
};

WorkerPool::WorkerPool(unsigned threads, unsigned at_once) : at_once_(at_once), awake_(threads) {
  for (unsigned i = 0; i < threads; ++i) workers_.push_back(std::make_unique<Worker>(*this));
  try {
    for (const auto& worker : workers_) worker->start();
  } catch (...) {  // no threads left
    stop();
    throw;
  }
}

WorkerPool::~WorkerPool() {
  stop();
}

bool WorkerPool::submit(Job job, std::size_t queue_limit) {
  return enqueue(jobs_, std::move(job), queue_limit);
}

bool WorkerPool::resume(Job job) {
  return enqueue(begun_, std::move(job), std::numeric_limits<std::size_t>::max());
}

bool WorkerPool::enqueue(std::deque<Job>& queue, Job job, std::size_t limit) {
  Worker* next = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue.size() >= limit) return false;
    queue.push_back(std::move(job));
    next = choose_to_wake();
  }
  if (next != nullptr) next->wake();
  return true;
}

WorkerPool::Worker* WorkerPool::choose_to_wake() {
  if (!has_job() || awake_ >= at_once_ || idle_.empty()) return nullptr;
  Worker* const worker = idle_.back();
  idle_.pop_back();
  ++awake_;
  worker->mark_woken();
  return worker;
}

WorkerPool::Job WorkerPool::next_job(Worker& worker) {
  std::unique_lock lock(mutex_);
  // After a wait within a job there may be one too many.
  while (!stopping_ && (!has_job() || awake_ > at_once_)) {
    --awake_;
    idle_.push_back(&worker);
    worker.sleep(lock);
  }
  if (!has_job()) return nullptr;
  std::deque<Job>& queue = begun_.empty() ? jobs_ : begun_;
  Job job = std::move(queue.front());
  queue.pop_front();
  return job;
}

void WorkerPool::stop() {
  std::deque<Job> dropped_begun;
  std::deque<Job> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped_begun.swap(begun_);
    dropped.swap(jobs_);
    for (Worker* worker : idle_) {
      ++awake_;
      worker->mark_woken();
      worker->wake();
    }
    idle_.clear();
  }
  for (const auto& worker : workers_) worker->join();
}

}  // namespace livecert::net
