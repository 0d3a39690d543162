#include "api/rate_limiter.h"

#include <algorithm>

namespace livecert::api {
namespace {

constexpr auto kWindow = std::chrono::seconds(1);
constexpr auto kLongestWait = std::chrono::seconds(1);
constexpr std::ptrdiff_t kMostWaiting = 10;

constexpr auto kFailureWindow = std::chrono::seconds(10);
constexpr std::size_t kFreeFailures = 20;
constexpr auto kHoldBack = std::chrono::seconds(1);
constexpr std::size_t kMostAddresses = 4096;

}  // namespace

RateLimiter::Turn RateLimiter::take_turn(base::AccountId account, std::string_view action, OverLimit over_limit,
                                         base::SteadyTime now) {
  if (allowance_ == 0) return {true, now};
  const std::scoped_lock lock(mutex_);
  auto& begun = begun_[Key(account.number(), action)];
  // The oldest of the last `allowance` calls decides: a second that held it and the new one would hold too many.
  const base::SteadyTime at = begun.size() < allowance_ ? now : std::max(now, begun.front() + kWindow);
  if (at > now) {
    const auto waiting = std::ranges::count_if(begun, [&](base::SteadyTime other) { return other > now; });
    const bool may_wait = over_limit == OverLimit::kWait && at - now <= kLongestWait && waiting < kMostWaiting;
    if (!may_wait) return {false, at};
  }
  begun.push_back(at);
  if (begun.size() > allowance_) begun.pop_front();
  return {true, at};
}

base::SteadyTime FailureBrake::note_failure(const std::string& address, base::SteadyTime now) {
  const std::scoped_lock lock(mutex_);
  if (failures_.size() >= kMostAddresses) {
    std::erase_if(failures_, [&](const auto& entry) { return now - entry.second.back() > kFailureWindow; });
  }
  if (failures_.size() >= kMostAddresses) failures_.clear();
  auto& failures = failures_[address];
  failures.push_back(now);
  while (now - failures.front() > kFailureWindow || failures.size() > kFreeFailures + 1) failures.pop_front();
  return failures.size() > kFreeFailures ? now + kHoldBack : now;
}

}  // namespace livecert::api
