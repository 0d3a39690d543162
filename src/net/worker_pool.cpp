#include "net/worker_pool.h"

#include <algorithm>
#include <condition_variable>
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

  // Both are called with the pool's lock held; sleep() takes the caller's.
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
      job(Turn::kRun);
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

bool WorkerPool::submit(const LinePtr& line, Job job, std::size_t queue_limit) {
  Worker* next = nullptr;
  Job crowded_out;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    if (waiting_ >= queue_limit) {
      crowded_out = crowd_out(*line);
      if (crowded_out == nullptr) return false;
    }
    take_turns(line);
    line->jobs_.push_back(std::move(job));
    ++waiting_;
    next = choose_to_wake();
  }
  if (next != nullptr) next->wake();
  if (crowded_out != nullptr) crowded_out(Turn::kCrowdedOut);
  return true;
}

bool WorkerPool::resume(const LinePtr& line, Job job) {
  Worker* next = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    take_turns(line);
    line->begun_.push_back(std::move(job));
    next = choose_to_wake();
  }
  if (next != nullptr) next->wake();
  return true;
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

void WorkerPool::take_turns(const LinePtr& line) {
  if (line->empty()) turns_.push_back(line);
}

WorkerPool::Job WorkerPool::crowd_out(const Line& newcomer) {
  const auto longest = std::ranges::max_element(turns_, {}, [](const LinePtr& line) { return line->jobs_.size(); });
  if (longest == turns_.end() || (*longest)->jobs_.size() <= newcomer.jobs_.size()) return nullptr;
  Line& line = **longest;
  Job job = std::move(line.jobs_.back());
  line.jobs_.pop_back();
  --waiting_;
  if (line.empty()) turns_.erase(longest);
  return job;
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
  // After a wait within a job ended, one worker too many may be awake.
  while (!stopping_ && (!has_job() || awake_ > at_once_)) {
    --awake_;
    idle_.push_back(&worker);
    worker.sleep(lock);
  }
  if (!has_job()) return nullptr;
  const LinePtr line = std::move(turns_.front());
  turns_.pop_front();
  const bool has_begun = !line->begun_.empty();
  std::deque<Job>& queue = has_begun ? line->begun_ : line->jobs_;
  Job job = std::move(queue.front());
  queue.pop_front();
  if (!has_begun) --waiting_;
  if (!line->empty()) turns_.push_back(line);
  return job;
}

void WorkerPool::stop() {
  std::vector<std::deque<Job>> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const LinePtr& line : turns_) {
      dropped.push_back(std::move(line->begun_));
      dropped.push_back(std::move(line->jobs_));
      line->begun_.clear();
      line->jobs_.clear();
    }
    turns_.clear();
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
