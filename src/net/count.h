#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace livecert::net {

// A counter with a way to wait until it is zero. Callable from every thread.
class Count {
 public:
  [[nodiscard]] std::size_t add() {
    const std::lock_guard lock(mutex_);
    return ++count_;
  }
  void remove() {
    const std::lock_guard lock(mutex_);
    if (--count_ == 0) none_.notify_all();
  }
  [[nodiscard]] std::size_t get() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  // Whether it became zero within that time.
  bool wait_for_none(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return none_.wait_for(lock, time, [this] { return count_ == 0; });
  }
  void wait_for_none() {
    std::unique_lock lock(mutex_);
    none_.wait(lock, [this] { return count_ == 0; });
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable none_;
  std::size_t count_ = 0;
};

}  // namespace livecert::net
