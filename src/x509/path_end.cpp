#include "x509/path_end.h"

#include <algorithm>
#include <functional>

#include "base/check.h"
#include "x509/issuer_match.h"
#include "x509/work_budget.h"

namespace livecert::x509 {
namespace {

// Knows which certificates of the chain issued which, and where a path may stop.
class Paths {
 public:
  Paths(const std::vector<Certificate>& chain, const RootSet* roots, SignatureChecker& signatures)
      : chain_(chain), signatures_(signatures), issuers_(chain.size()), may_stop_(chain.size(), false) {
    for (std::size_t i = 0; i < chain.size(); ++i) {
      const bool is_top = claims_own_signature(chain[i]) || (roots != nullptr && roots->contains(chain[i]));
      if (!is_top) find_issuers(i);
      may_stop_[i] = is_top || issuers_[i].empty() || has_root_above(chain[i], roots);
    }
  }

  // Whether a path still works at that time.
  [[nodiscard]] bool lead_up(base::Time time) const {
    std::vector<bool> is_seen(chain_.size(), false);
    std::vector<std::size_t> open{0};
    while (!open.empty()) {
      const std::size_t i = open.back();
      open.pop_back();
      if (is_seen[i] || chain_[i].not_after() < time) continue;
      if (may_stop_[i]) return true;
      is_seen[i] = true;
      open.insert(open.end(), issuers_[i].begin(), issuers_[i].end());
    }
    return false;
  }

 private:
  [[nodiscard]] bool is_issued_by(const Certificate& child, const Certificate& issuer) {
    if (match_names(child, issuer) == NameMatch::kNone) return false;
    return signatures_.check(child, issuer) != SignatureState::kInvalid;
  }

  void find_issuers(std::size_t child) {
    for (std::size_t i = 0; i < chain_.size(); ++i) {
      if (i != child && is_issued_by(chain_[child], chain_[i])) issuers_[child].push_back(i);
    }
  }

  [[nodiscard]] bool has_root_above(const Certificate& child, const RootSet* roots) {
    if (roots == nullptr) return false;
    const std::vector<Certificate> above = roots->issuers_of(child);
    return std::ranges::any_of(above, [&](const Certificate& root) { return is_issued_by(child, root); });
  }

  const std::vector<Certificate>& chain_;
  SignatureChecker& signatures_;
  std::vector<std::vector<std::size_t>> issuers_;  // indices into the chain
  std::vector<bool> may_stop_;                     // a path from here needs no more of the chain
};

}  // namespace

base::Time path_end(const std::vector<Certificate>& chain, const RootSet* roots, SignatureChecker& signatures) {
  LIVECERT_CHECK(!chain.empty());
  const base::Time leaf_end = chain.front().not_after();
  std::vector<base::Time> ends;
  for (const Certificate& each : chain) {
    if (each.not_after() < leaf_end) ends.push_back(each.not_after());
  }
  if (ends.empty()) return leaf_end;
  const Paths paths(chain, roots, signatures);
  if (paths.lead_up(leaf_end)) return leaf_end;
  std::ranges::sort(ends, std::greater());
  const auto last = std::ranges::find_if(ends, [&](base::Time end) { return paths.lead_up(end); });
  return last == ends.end() ? leaf_end : *last;
}

Finding early_end(const Certificate& issuer, const Certificate& leaf, int block) {
  return {Severity::kWarning,
          "issuer-ends-first",
          Part::kCertificates,
          block,
          issuer.subject_text() + " ends at " + base::to_rfc3339(issuer.not_after()) +
              ", before the certificate does (" + base::to_rfc3339(leaf.not_after()) +
              "): clients refuse the chain from then on",
          "Renew the certificate before that, below an issuer that lasts"};
}

base::Time path_end(const std::vector<Certificate>& chain, const RootSet* roots) {
  WorkBudget budget;
  SignatureChecker signatures(nullptr, budget);
  return path_end(chain, roots, signatures);
}

}  // namespace livecert::x509
