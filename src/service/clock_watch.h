#pragma once

#include <chrono>
#include <optional>

#include "base/time.h"
#include "service/readiness.h"

namespace livecert::service {

// Notices that the machine's clock was set: between two looks it advanced by another time than the steady clock. One
// thread at a time.
class ClockWatch {
 public:
  // The change that is ignored: time daemons make it at their start, and it breaks nothing.
  static constexpr std::chrono::seconds kTolerance{5};
  // How long a jump is reported if the clock is not set back.
  static constexpr std::chrono::hours kShown{1};

  // Both must outlive this.
  ClockWatch(const base::Clock& clock, Readiness& readiness);

  // Starts the reason kClockJumped when the clock was set since the last look; ends it when the clock was set back, or
  // after a while.
  void look();

 private:
  // The wall clock minus the steady clock, up to a constant.
  [[nodiscard]] std::chrono::microseconds offset() const;

  const base::Clock& clock_;
  Readiness& readiness_;
  std::chrono::microseconds last_;    // the offset at the last look
  std::chrono::microseconds before_;  // the offset before the reported jump
  std::optional<base::SteadyTime> jumped_at_;
};

}  // namespace livecert::service
