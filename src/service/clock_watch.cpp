#include "service/clock_watch.h"

#include <string>

namespace livecert::service {
namespace {

bool is_jump(std::chrono::microseconds by) {
  return by > ClockWatch::kTolerance || by < -ClockWatch::kTolerance;
}

Reason jumped(std::chrono::microseconds by) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(by).count();
  return {std::string(reason::kClockJumped), Reason::Kind::kDegraded,
          "The machine's clock was set: it is " + std::to_string(seconds < 0 ? -seconds : seconds) + " s " +
              (seconds < 0 ? "behind" : "ahead of") + " where it was.",
          "Check the machine's time. Signatures and validity depend on it; the order of versions does not. Meanwhile "
          "livecert removes nothing that has expired."};
}

}  // namespace

ClockWatch::ClockWatch(const base::Clock& clock, Readiness& readiness)
    : clock_(clock), readiness_(readiness), last_(offset()), before_(last_) {}

std::chrono::microseconds ClockWatch::offset() const {
  const auto steady = std::chrono::duration_cast<std::chrono::microseconds>(clock_.steady_now().time_since_epoch());
  return clock_.now().time_since_epoch() - steady;
}

void ClockWatch::look() {
  const std::chrono::microseconds now = offset();
  const bool has_jumped = is_jump(now - last_);
  if (has_jumped && !jumped_at_) before_ = last_;
  last_ = now;
  if (has_jumped && is_jump(now - before_)) {
    jumped_at_ = clock_.steady_now();
    readiness_.begin(jumped(now - before_));
  } else if (jumped_at_ && (has_jumped || clock_.steady_now() - *jumped_at_ > kShown)) {
    jumped_at_.reset();
    readiness_.end(reason::kClockJumped);
  }
}

}  // namespace livecert::service
