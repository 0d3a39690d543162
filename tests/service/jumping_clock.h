#pragma once

#include <mutex>

#include "base/time.h"

namespace livecert::test {

// A clock that stands still until it is told to move on, and whose wall time can be set, as a machine's can.
class JumpingClock final : public base::Clock {
 public:
  explicit JumpingClock(base::Time now) : now_(now) {}

  [[nodiscard]] base::Time now() const override {
    const std::scoped_lock lock(mutex_);
    return now_;
  }
  [[nodiscard]] base::SteadyTime steady_now() const override {
    const std::scoped_lock lock(mutex_);
    return steady_;
  }
  void advance(std::chrono::microseconds time) {
    const std::scoped_lock lock(mutex_);
    now_ += time;
    steady_ += time;
  }
  void set_by(std::chrono::microseconds time) {
    const std::scoped_lock lock(mutex_);
    now_ += time;
  }

 private:
  mutable std::mutex mutex_;
  base::Time now_;
  base::SteadyTime steady_{std::chrono::hours(1000)};
};

}  // namespace livecert::test
