#pragma once

#include <cstddef>
#include <map>
#include <mutex>

#include "base/ids.h"
#include "base/time.h"

namespace livecert::service {

// Limits how much accounts may ask issuers' servers: few uploads of an account at once, because each holds a thread and
// one account's slow servers should not delay others; and few requests, because uploads name the hosts. Callable from
// every thread.
class FetchQuota {
 public:
  static constexpr std::size_t kUploadsAtOnce = 8;    // of one account
  static constexpr std::size_t kRequestsAtOnce = 30;  // of one account; each is available again after kRequestTime
  static constexpr auto kRequestTime = std::chrono::seconds(1);

  // Allows that many uploads of all accounts at once.
  explicit FetchQuota(std::size_t uploads) : free_(uploads) {}
  FetchQuota(const FetchQuota&) = delete;
  FetchQuota& operator=(const FetchQuota&) = delete;

  // One upload's place, released with the object. An account gets one while it has fewer than kUploadsAtOnce and fewer
  // than are free, so the last places are for accounts that have none.
  class Place {
   public:
    Place(FetchQuota& quota, base::AccountId account);
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();
    [[nodiscard]] bool is_granted() const { return granted_; }

   private:
    FetchQuota& quota_;
    base::AccountId account_;
    bool granted_;
  };

  // Takes up to `wanted` of the requests that the account may make now; returns how many it got.
  [[nodiscard]] std::size_t take_requests(base::AccountId account, std::size_t wanted, base::SteadyTime now);
  // Returns requests that were not made after all.
  void give_back(base::AccountId account, std::size_t requests);

 private:
  struct Account {
    std::size_t uploads = 0;
    base::SteadyTime spent_until;  // when all requests will be available again
  };
  [[nodiscard]] bool enter(base::AccountId account);
  void leave(base::AccountId account);

  std::mutex mutex_;
  std::size_t free_;
  std::map<base::AccountId, Account> accounts_;
};

}  // namespace livecert::service
