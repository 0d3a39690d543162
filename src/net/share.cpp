#include "net/share.h"

namespace livecert::net {

std::shared_ptr<Share> Shares::of(const Principal& principal) {
  const std::lock_guard lock(mutex_);
  std::weak_ptr<Share>& known = shares_[principal];
  std::shared_ptr<Share> share = known.lock();
  if (share == nullptr) {
    share = std::shared_ptr<Share>(new Share(principal), [this](Share* gone) { forget(gone); });
    known = share;
  }
  return share;
}

// Another share of the same principal may have been made meanwhile.
void Shares::forget(Share* share) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = shares_.find(share->principal);
    if (known != shares_.end() && known->second.expired()) shares_.erase(known);
  }
  delete share;
}

}  // namespace livecert::net
