#include "net/body_budget.h"

#include <utility>

namespace livecert::net {

std::size_t BodyBudget::left() const {
  const std::lock_guard lock(mutex_);
  return left_;
}

std::size_t BodyBudget::weight(const Holder& holder, std::size_t more) {
  return (holder.bytes_ + more) * (holder.is_account_ ? 1 : kProvenForOne);
}

bool BodyBudget::make_room(const Lease& lease, std::size_t bytes) {
  const std::size_t more = bytes - lease.bytes_;
  while (bytes > kOrdinaryBody && lease.holder_->bytes_ + more > share_) {
    Lease* const victim = first_of(*lease.holder_, lease);
    if (victim == nullptr) return false;
    take_back(*victim);
  }
  while (left_ < more) {
    Lease* const victim = first_of_heaviest(lease, more);
    if (victim == nullptr) return false;
    take_back(*victim);
  }
  return true;
}

BodyBudget::Lease* BodyBudget::first_of(const Holder& holder, const Lease& but) const {
  for (Lease* lease : receiving_) {
    if (lease != &but && lease->holder_.get() == &holder && lease->bytes_ > 0) return lease;
  }
  return nullptr;
}

// Never chooses a holder that has less than the taker would have.
BodyBudget::Lease* BodyBudget::first_of_heaviest(const Lease& taker, std::size_t more) const {
  Lease* heaviest = nullptr;
  std::size_t most = weight(*taker.holder_, more);
  for (Lease* lease : receiving_) {
    if (lease == &taker || lease->bytes_ == 0) continue;
    const bool is_own = lease->holder_ == taker.holder_;
    const std::size_t held = weight(*lease->holder_, is_own ? more : 0);
    if (held > most || (held == most && heaviest == nullptr)) {
      heaviest = lease;
      most = held;
    }
  }
  return heaviest;
}

void BodyBudget::take_back(Lease& lease) {
  give_back(lease);
  receiving_.erase(lease.at_);
  lease.receiving_ = false;
  lease.taken_back_ = true;
  lease.receiver_.make_room();
}

void BodyBudget::give_back(Lease& lease) {
  const std::size_t bytes = std::exchange(lease.bytes_, 0);
  lease.holder_->bytes_ -= bytes;
  left_ += bytes;
}

BodyBudget::Lease::Lease(BodyBudget& budget, std::shared_ptr<Holder> holder, Receiver& receiver)
    : budget_(budget), holder_(std::move(holder)), receiver_(receiver) {
  const std::lock_guard lock(budget_.mutex_);
  at_ = budget_.receiving_.insert(budget_.receiving_.end(), this);
}

BodyBudget::Lease::~Lease() {
  const std::lock_guard lock(budget_.mutex_);
  budget_.give_back(*this);
  if (receiving_) budget_.receiving_.erase(at_);
}

bool BodyBudget::Lease::extend_to(std::size_t bytes) {
  const std::lock_guard lock(budget_.mutex_);
  if (taken_back_) return false;
  if (bytes <= bytes_) return true;
  if (!budget_.make_room(*this, bytes)) return false;
  const std::size_t more = bytes - bytes_;
  budget_.left_ -= more;
  holder_->bytes_ += more;
  bytes_ = bytes;
  return true;
}

bool BodyBudget::Lease::settle() {
  const std::lock_guard lock(budget_.mutex_);
  if (std::exchange(receiving_, false)) budget_.receiving_.erase(at_);
  return !taken_back_;
}

bool BodyBudget::Lease::is_taken_back() const {
  const std::lock_guard lock(budget_.mutex_);
  return taken_back_;
}

}  // namespace livecert::net
