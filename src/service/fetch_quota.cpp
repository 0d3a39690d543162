#include "service/fetch_quota.h"

#include <algorithm>

namespace livecert::service {
namespace {

// With more accounts than this, it forgets those that have spent nothing lately.
constexpr std::size_t kMostAccounts = 4096;

}  // namespace

FetchQuota::Place::Place(FetchQuota& quota, base::AccountId account)
    : quota_(quota), account_(account), granted_(quota.enter(account)) {}

FetchQuota::Place::~Place() {
  if (granted_) quota_.leave(account_);
}

bool FetchQuota::enter(base::AccountId account) {
  const std::lock_guard lock(mutex_);
  std::size_t& uploads = accounts_[account].uploads;
  if (uploads >= std::min(kUploadsAtOnce, free_)) return false;
  ++uploads;
  --free_;
  return true;
}

void FetchQuota::leave(base::AccountId account) {
  const std::lock_guard lock(mutex_);
  --accounts_[account].uploads;
  ++free_;
}

std::size_t FetchQuota::take_requests(base::AccountId account, std::size_t wanted, base::SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (accounts_.size() > kMostAccounts) {
    std::erase_if(accounts_,
                  [&](const auto& entry) { return entry.second.uploads == 0 && entry.second.spent_until <= now; });
  }
  base::SteadyTime& spent_until = accounts_[account].spent_until;
  spent_until = std::max(spent_until, now);
  const auto left = (kRequestsAtOnce * kRequestTime - (spent_until - now)) / kRequestTime;
  const std::size_t taken = std::min(wanted, static_cast<std::size_t>(left));
  spent_until += taken * kRequestTime;
  return taken;
}

void FetchQuota::give_back(base::AccountId account, std::size_t requests) {
  const std::lock_guard lock(mutex_);
  accounts_[account].spent_until -= requests * kRequestTime;
}

}  // namespace livecert::service
