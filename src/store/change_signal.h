#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace livecert::store {

// The position of the last committed change, for threads that wait for the next one. Callable from every thread.
class ChangeSignal {
 public:
  explicit ChangeSignal(std::int64_t position) : position_(position) {}

  // Wakes all waiting threads if the position is later.
  void move_to(std::int64_t position);

  [[nodiscard]] std::int64_t position() const {
    const std::lock_guard lock(mutex_);
    return position_;
  }

  // Waits until the position is later than `after`, at most `wait`; returns whether it is.
  [[nodiscard]] bool wait(std::int64_t after, std::chrono::milliseconds wait);

 private:
  mutable std::mutex mutex_;
  std::condition_variable moved_;
  std::int64_t position_;
};

}  // namespace livecert::store
