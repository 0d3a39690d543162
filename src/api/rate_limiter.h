#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/ids.h"
#include "base/time.h"

namespace livecert::api {

// At most `allowance` calls of one account and action begin in any second: exact, over a sliding window. A call over it
// waits for its turn, in the order they came, if that comes within three seconds. What waits is bounded in calls and
// bytes, for an account and over all. Callable from every thread; must outlive the places that it gives.
class RateLimiter {
 public:
  static constexpr auto kLongestWait = std::chrono::seconds(3);
  static constexpr std::size_t kMostWaitingOfAccount = 300;
  static constexpr std::size_t kMostBytesOfAccount = 16UL * 1024 * 1024;
  static constexpr std::size_t kMostWaiting = 2'048;
  static constexpr std::size_t kMostBytes = 128UL * 1024 * 1024;

  // 0: no limit.
  explicit RateLimiter(std::size_t allowance) : allowance_(allowance) {}

  // From the next call on; what waits keeps its turn.
  void set_allowance(std::size_t allowance) { allowance_ = allowance; }

  struct Call {
    base::AccountId account;
    std::string_view action;
    std::size_t bytes = 0;  // kept in memory while it waits
  };
  class Place;
  struct Turn {
    bool granted = false;
    base::SteadyTime at;                     // when the call may begin; not granted: when one could have begun
    std::shared_ptr<Place> place = nullptr;  // null: it begins now
  };
  // Never later than `latest`. A call that is not granted does not count.
  [[nodiscard]] Turn take_turn(const Call& call, base::SteadyTime now, base::SteadyTime latest);

 private:
  struct Waiting {
    std::size_t calls = 0;
    std::size_t bytes = 0;
  };
  struct Account {
    // Of each action, those within the last second and those that lie ahead; ascending.
    std::map<std::string, std::deque<base::SteadyTime>, std::less<>> begun;
    Waiting waiting;
  };

  // Both with the lock held.
  [[nodiscard]] bool has_room(const Waiting& of_account, std::size_t bytes) const;
  void forget_idle_accounts(base::SteadyTime now);

  std::atomic<std::size_t> allowance_;
  std::mutex mutex_;
  std::map<base::AccountId, Account> accounts_;
  std::size_t many_accounts_ = 0;  // when there are so many, idle ones are forgotten
  Waiting waiting_;                // of all accounts
};

// Of a call that waits: it counts as waiting until this is gone. If it goes before begin(), the call's turn is given
// back, so that calls whose clients have gone keep no others waiting. Must not outlive its limiter.
class RateLimiter::Place {
 public:
  // With the limiter's lock held.
  Place(RateLimiter& limiter, const Call& call, base::SteadyTime turn);
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place();

  // The call begins, now that its turn has come.
  void begin() { has_begun_ = true; }

 private:
  RateLimiter& limiter_;
  const base::AccountId account_;
  const std::string action_;
  const std::size_t bytes_;
  const base::SteadyTime turn_;
  bool has_begun_ = false;
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
