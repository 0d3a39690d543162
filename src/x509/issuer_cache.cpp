#include "x509/issuer_cache.h"

#include <algorithm>

#include "crypto/hash.h"

namespace livecert::x509 {
namespace {

// Names the pair; both parts have a fixed size.
IssuerCache::Digest pair_of(const Certificate& child, const Certificate& issuer) {
  std::array<std::uint8_t, 64> both{};
  std::ranges::copy(child.sha256(), both.begin());
  std::ranges::copy(issuer.sha256(), both.begin() + 32);
  return crypto::sha256(both);
}

}  // namespace

std::optional<Certificate> IssuerCache::find(const Digest& sha256) const {
  const std::lock_guard lock(mutex_);
  const auto found = issuers_.find(sha256);
  return found == issuers_.end() ? std::nullopt : std::optional(found->second);
}

// A full table is cleared: entries in use come back within a few uploads.
void IssuerCache::remember(const Certificate& issuer) {
  const std::lock_guard lock(mutex_);
  if (issuers_.size() >= kCapacity) issuers_.clear();
  issuers_.emplace(issuer.sha256(), issuer);
}

bool IssuerCache::knows_signature(const Certificate& child, const Certificate& issuer) const {
  const Digest pair = pair_of(child, issuer);
  const std::lock_guard lock(mutex_);
  return signatures_.contains(pair);
}

void IssuerCache::remember_signature(const Certificate& child, const Certificate& issuer) {
  const Digest pair = pair_of(child, issuer);
  const std::lock_guard lock(mutex_);
  if (signatures_.size() >= kCapacity) signatures_.clear();
  signatures_.insert(pair);
}

}  // namespace livecert::x509
