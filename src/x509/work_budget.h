#pragma once

#include <cstddef>
#include <cstdint>

namespace livecert::x509 {

// The work that one judgement may take. It is counted and not timed, so that the same upload gets the same verdict on a
// busy machine as on an idle one. Usual chains use a few percent of each limit; a hostile upload of 256 KiB meets them.
// Used by one thread.
class WorkBudget {
 public:
  // Each limit has its own unit. Together they keep a judgement within about 20 ms on a current processor.
  static constexpr std::int64_t kSignatureMicroseconds = 12'000;  // by signature_check.cpp; policies too
  static constexpr std::size_t kNameComparisons = 100'000;        // a name against one entry of name constraints
  // One step: a certificate put on top of a path that is tried, or one certificate of a path that is compared with
  // others.
  static constexpr std::size_t kPathSteps = 300;

  // Each returns false once less than the amount is left, and from then on. Paths that were not tried for lack of steps
  // do not matter if a tried one is good, so they alone do not exceed the budget.
  [[nodiscard]] bool spend_signature(std::int64_t microseconds) {
    return spend(signature_, microseconds, kSignatureMicroseconds);
  }
  [[nodiscard]] bool spend_comparisons(std::size_t count) { return spend(comparisons_, count, kNameComparisons); }
  [[nodiscard]] bool spend_steps(std::size_t count) {
    has_untried_paths_ = has_untried_paths_ || count > kPathSteps - steps_;
    if (has_untried_paths_) return false;
    steps_ += count;
    return true;
  }

  // Whether something was left unchecked.
  [[nodiscard]] bool is_exceeded() const { return is_exceeded_; }
  [[nodiscard]] bool has_untried_paths() const { return has_untried_paths_; }

  [[nodiscard]] std::int64_t signature_microseconds() const { return signature_; }
  [[nodiscard]] std::size_t comparisons() const { return comparisons_; }
  [[nodiscard]] std::size_t steps() const { return steps_; }

 private:
  template <typename T>
  bool spend(T& spent, T amount, T limit) {
    if (amount > limit - spent) {
      is_exceeded_ = true;
      return false;
    }
    spent += amount;
    return true;
  }

  std::int64_t signature_ = 0;
  std::size_t comparisons_ = 0;
  std::size_t steps_ = 0;
  bool is_exceeded_ = false;
  bool has_untried_paths_ = false;
};

}  // namespace livecert::x509
