#pragma once

#include <cstdint>
#include <vector>

#include "x509/certificate.h"
#include "x509/issuer_cache.h"
#include "x509/work_budget.h"

namespace livecert::x509 {

enum class SignatureState : std::uint8_t {
  kValid,
  kInvalid,
  kUnsupported,  // an algorithm or a key that is not verified here
  kGaveUp,       // this upload has cost enough
};

// Verifies signatures for one judgement, each pair once and within a budget: a hostile upload of many certificates with
// one name must not buy processor time. Names are the caller's concern. Used by one thread.
class SignatureChecker {
 public:
  // `cache` may be null; both must outlive this.
  SignatureChecker(IssuerCache* cache, WorkBudget& budget) : cache_(cache), budget_(budget) {}
  [[nodiscard]] SignatureState check(const Certificate& child, const Certificate& issuer);
  // Signed by its own key, and so a root or a self-signed leaf. An algorithm too old to be verified counts as such:
  // nobody relies on a root's own signature.
  [[nodiscard]] bool is_self_signed(const Certificate& certificate);

 private:
  struct Checked {
    Certificate child;
    Certificate issuer;
    SignatureState state;
  };

  IssuerCache* cache_;
  WorkBudget& budget_;
  std::vector<Checked> checked_;
};

// One signature by itself.
[[nodiscard]] SignatureState check_signature(const Certificate& child, const Certificate& issuer);

}  // namespace livecert::x509
