#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/time.h"

namespace livecert::api {

// At most `allowance` calls of one account and action start in any second: exact, over a sliding window. A call above
// the limit waits for its turn, in the order of arrival, if the turn comes within three seconds. The waiting calls are
// limited in number and bytes, for each account and in total. Callable from every thread; must outlive its places.
class RateLimiter {
 public:
  static constexpr auto kLongestWait = std::chrono::seconds(3);
  static constexpr std::size_t kMostWaitingOfAccount = 300;
  static constexpr std::size_t kMostBytesOfAccount = 16UL * 1024 * 1024;
  static constexpr std::size_t kMostWaiting = 2'048;
  static constexpr std::size_t kMostBytes = 128UL * 1024 * 1024;

  // 0: no limit.
  explicit RateLimiter(std::size_t allowance) : allowance_(allowance) {}

  // Changes the allowance from the next call on; waiting calls keep their turns.
  void set_allowance(std::size_t allowance) { allowance_ = allowance; }

  struct Call {
    base::AccountId account;
    std::string_view action;
    std::size_t bytes = 0;  // kept in memory while it waits
  };
  class Place;
  struct Turn {
    bool granted = false;
    base::SteadyTime at;                     // when the call may start; if not granted: when one could have started
    std::shared_ptr<Place> place = nullptr;  // null: it starts now
  };
  // The turn is never later than `latest`. A refused call does not count. `shared`: a turn that is exact for all
  // processes, which then counts instead of what this one knows; it is not later than latest_turn().
  [[nodiscard]] Turn take_turn(const Call& call, base::SteadyTime now, base::SteadyTime latest,
                               std::optional<base::SteadyTime> shared = std::nullopt);
  [[nodiscard]] static base::SteadyTime latest_turn(base::SteadyTime now, base::SteadyTime latest) {
    return std::min(latest, now + kLongestWait);
  }
  [[nodiscard]] std::size_t allowance() const { return allowance_; }

 private:
  struct Waiting {
    std::size_t calls = 0;
    std::size_t bytes = 0;
  };
  struct Account {
    // For each action, the calls of the last second and the future ones; ascending.
    std::map<std::string, std::deque<base::SteadyTime>, std::less<>> begun;
    Waiting waiting;
  };

  // Call both with the lock held.
  [[nodiscard]] bool has_room(const Waiting& of_account, std::size_t bytes) const;
  void forget_idle_accounts(base::SteadyTime now);

  std::atomic<std::size_t> allowance_;
  std::mutex mutex_;
  std::map<base::AccountId, Account> accounts_;
  std::size_t many_accounts_ = 0;  // with this many, it removes idle ones
  Waiting waiting_;                // for all accounts
};

// The place of a waiting call, which counts as waiting while this exists. If it is destroyed before begin(), the call's
// turn is given back, so that calls whose clients have gone do not delay others. The limiter must outlive it.
class RateLimiter::Place {
 public:
  // Call with the limiter's lock held.
  Place(RateLimiter& limiter, const Call& call, base::SteadyTime turn);
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place();

  // The call starts, because its turn has come.
  void begin() { has_begun_ = true; }

 private:
  RateLimiter& limiter_;
  const base::AccountId account_;
  const std::string action_;
  const std::size_t bytes_;
  const base::SteadyTime turn_;
  bool has_begun_ = false;
};

// Slows down clients that keep failing to authenticate: delays the answers to an address that failed often lately.
// Never delays requests that authenticate, so that clients that share an address do not suffer for each other.
class FailureBrake {
 public:
  // Returns the time from which the answer to this failure may be sent.
  [[nodiscard]] base::SteadyTime note_failure(const std::string& address, base::SteadyTime now);

 private:
  std::mutex mutex_;
  std::map<std::string, std::deque<base::SteadyTime>, std::less<>> failures_;
};

}  // namespace livecert::api
