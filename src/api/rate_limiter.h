#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "base/ids.h"
#include "base/time.h"

namespace livecert::api {

// At most `allowance` calls of one account and action begin in any second: exact, over a sliding window. Callable from
// every thread.
class RateLimiter {
 public:
  // 0: no limit.
  explicit RateLimiter(std::size_t allowance) : allowance_(allowance) {}

  enum class OverLimit { kRefuse, kWait };

  struct Turn {
    bool granted = false;
    base::SteadyTime at;  // when the call may begin; not granted: when one could have begun
  };
  // Granted for `now`, or (with kWait) for a turn at most a second away, ten calls at a time. A call that is not
  // granted does not count.
  [[nodiscard]] Turn take_turn(base::AccountId account, std::string_view action, OverLimit over_limit,
                               base::SteadyTime now);

 private:
  using Key = std::pair<std::int64_t, std::string>;
  std::size_t allowance_;
  std::mutex mutex_;
  std::map<Key, std::deque<base::SteadyTime>, std::less<>> begun_;  // ascending; the newest may lie ahead
};

// Slows down whoever keeps failing to authenticate: the answers of an address that failed often lately are held back.
// Requests that authenticate are not touched, so that nobody behind a shared address suffers for another.
class FailureBrake {
 public:
  // When the answer to this failure may go out.
  [[nodiscard]] base::SteadyTime note_failure(const std::string& address, base::SteadyTime now);

 private:
  std::mutex mutex_;
  std::map<std::string, std::deque<base::SteadyTime>, std::less<>> failures_;
};

}  // namespace livecert::api
