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
  kGaveUp,       // this upload has used up its budget
};

// Verifies signatures for one judgement, each pair once and within a budget, so that a hostile upload of many
// certificates with one name cannot take much processor time. Does not compare names. Used by one thread.
class SignatureChecker {
 public:
  // `cache` may be null; both must outlive this.
  SignatureChecker(IssuerCache* cache, WorkBudget& budget) : cache_(cache), budget_(budget) {}
  [[nodiscard]] SignatureState check(const Certificate& child, const Certificate& issuer);
  // Whether its own key signed it: a root or a self-signed leaf. A signature by an algorithm too old to verify counts
  // as such, because no client relies on a root's own signature.
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

// Verifies a single signature.
[[nodiscard]] SignatureState check_signature(const Certificate& child, const Certificate& issuer);

}  // namespace livecert::x509
