#pragma once

#include <chrono>
#include <optional>

#include "base/time.h"
#include "service/readiness.h"

namespace livecert::service {

// Finds out that the machine's clock was set: that it went on by another time than the steady clock between two looks.
// One thread at a time.
class ClockWatch {
 public:
  // What a clock may be set by without a word: time daemons do it at their start, and it breaks nothing.
  static constexpr std::chrono::seconds kTolerance{5};
  // How long a jump is shown that nothing takes back.
  static constexpr std::chrono::hours kShown{1};

  // Both must outlive this.
  ClockWatch(const base::Clock& clock, Readiness& readiness);

  // Begins the reason kClockJumped when the clock was set since the last look; ends it when it was set back, or after a
  // while.
  void look();

 private:
  // By how much the wall clock is ahead of where the steady one would have it, from any beginning.
  [[nodiscard]] std::chrono::microseconds offset() const;

  const base::Clock& clock_;
  Readiness& readiness_;
  std::chrono::microseconds last_;    // the offset at the last look
  std::chrono::microseconds before_;  // the offset before the jump that is shown
  std::optional<base::SteadyTime> jumped_at_;
};

}  // namespace livecert::service
