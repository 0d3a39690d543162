#pragma once

#include <cstdint>

#include "x509/certificate.h"
#include "x509/issuer_cache.h"

namespace livecert::x509 {

enum class SignatureState : std::uint8_t {
  kValid,
  kInvalid,
  kUnsupported,  // an algorithm or a key that is not verified here
  kGaveUp,       // this upload has cost enough
};

// Verifies signatures for one judgement, at most kBudget of them: a hostile upload of many certificates with one name
// must not buy processor time. Names are the caller's concern.
class SignatureChecker {
 public:
  static constexpr int kBudget = 64;

  // `cache` may be null.
  explicit SignatureChecker(IssuerCache* cache) : cache_(cache) {}
  [[nodiscard]] SignatureState check(const Certificate& child, const Certificate& issuer);
  // Signed by its own key, and so a root or a self-signed leaf. An algorithm too old to be verified counts as such:
  // nobody relies on a root's own signature.
  [[nodiscard]] bool is_self_signed(const Certificate& certificate);

 private:
  IssuerCache* cache_;
  int budget_ = kBudget;
};

}  // namespace livecert::x509
