#include "api/rate_limiter.h"

#include <algorithm>
#include <vector>

namespace livecert::api {
namespace {

constexpr auto kWindow = std::chrono::seconds(1);
constexpr std::size_t kFewAccounts = 1024;

constexpr auto kFailureWindow = std::chrono::seconds(10);
constexpr std::size_t kFreeFailures = 20;
constexpr auto kHoldBack = std::chrono::seconds(1);
constexpr std::size_t kMostAddresses = 4096;

// Forgets the half whose last failures are the oldest, so that an address that fails all the time stays known, however
// many others come.
template <typename Failures>
void forget_half(Failures& failures) {
  std::vector<base::SteadyTime> latest;
  latest.reserve(failures.size());
  for (const auto& [address, times] : failures) latest.push_back(times.back());
  const auto middle = latest.begin() + static_cast<std::ptrdiff_t>(latest.size() / 2);
  std::ranges::nth_element(latest, middle);
  std::erase_if(failures, [&](const auto& entry) { return entry.second.back() <= *middle; });
}

}  // namespace

RateLimiter::Place::Place(RateLimiter& limiter, const Call& call, base::SteadyTime turn)
    : limiter_(limiter), account_(call.account), action_(call.action), bytes_(call.bytes), turn_(turn) {
  for (Waiting* waiting : {&limiter_.waiting_, &limiter_.accounts_[account_].waiting}) {
    ++waiting->calls;
    waiting->bytes += bytes_;
  }
}

RateLimiter::Place::~Place() {
  const std::scoped_lock lock(limiter_.mutex_);
  Account& account = limiter_.accounts_[account_];
  for (Waiting* waiting : {&limiter_.waiting_, &account.waiting}) {
    --waiting->calls;
    waiting->bytes -= bytes_;
  }
  if (has_begun_) return;
  auto& turns = account.begun[action_];
  if (const auto place = std::ranges::find(turns, turn_); place != turns.end()) turns.erase(place);
}

RateLimiter::Turn RateLimiter::take_turn(const Call& call, base::SteadyTime now, base::SteadyTime latest,
                                         std::optional<base::SteadyTime> shared) {
  const std::size_t allowance = allowance_;
  if (allowance == 0) return {true, now};
  const std::scoped_lock lock(mutex_);
  if (accounts_.size() >= many_accounts_) forget_idle_accounts(now);
  Account& account = accounts_[call.account];
  auto& begun = account.begun.try_emplace(std::string(call.action)).first->second;
  while (!begun.empty() && begun.front() + kWindow <= now) begun.pop_front();
  // The oldest of the last `allowance` calls decides: a second that holds both it and the new one would hold too many.
  const base::SteadyTime own =
      begun.size() < allowance ? now : std::max(now, begun[begun.size() - allowance] + kWindow);
  const base::SteadyTime at = shared ? std::max(now, *shared) : own;
  Turn turn{true, at};
  if (at > now) {
    if (at > latest_turn(now, latest) || !has_room(account.waiting, call.bytes)) return {false, at};
    turn.place = std::make_shared<Place>(*this, call, at);
  }
  // Shared turns may arrive in another order than they were given.
  begun.insert(std::ranges::upper_bound(begun, at), at);
  return turn;
}

bool RateLimiter::has_room(const Waiting& of_account, std::size_t bytes) const {
  return of_account.calls < kMostWaitingOfAccount && of_account.bytes + bytes <= kMostBytesOfAccount &&
         waiting_.calls < kMostWaiting && waiting_.bytes + bytes <= kMostBytes;
}

void RateLimiter::forget_idle_accounts(base::SteadyTime now) {
  std::erase_if(accounts_, [&](const auto& entry) {
    const auto is_over = [&](const auto& begun) {
      return begun.second.empty() || begun.second.back() + kWindow <= now;
    };
    return entry.second.waiting.calls == 0 && std::ranges::all_of(entry.second.begun, is_over);
  });
  many_accounts_ = std::max(kFewAccounts, 2 * accounts_.size());
}

base::SteadyTime FailureBrake::note_failure(const std::string& address, base::SteadyTime now) {
  const std::scoped_lock lock(mutex_);
  if (failures_.size() >= kMostAddresses && !failures_.contains(address)) forget_half(failures_);
  auto& failures = failures_[address];
  failures.push_back(now);
  while (now - failures.front() > kFailureWindow || failures.size() > kFreeFailures + 1) failures.pop_front();
  return failures.size() > kFreeFailures ? now + kHoldBack : now;
}

}  // namespace livecert::api
