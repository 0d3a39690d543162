#include "x509/trust_anchor.h"

#include <algorithm>
#include <utility>

#include "x509/issuer_match.h"
#include "x509/issuer_rules.h"

namespace livecert::x509 {
namespace {

// A set may hold many roots with one name, and trying each costs a signature.
constexpr std::size_t kMaxNamesakes = 8;

// Finds the root above the first `length` certificates of the path.
std::optional<TrustAnchor> find_above(const std::vector<Certificate>& path, std::size_t length, const RootSet& roots,
                                      JudgementTools& tools) {
  std::vector<Certificate> longer;
  longer.reserve(length + 1);
  longer.assign(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(length));
  const Certificate child = longer.back();
  auto candidates = roots.issuers_of(child);
  // If a root was issued again, the one that ends after the leaf comes first.
  std::ranges::stable_partition(candidates,
                                [&](const Certificate& each) { return each.not_after() >= path.front().not_after(); });
  // OpenSSL's clients do not use a root that contradicts the authority key identifier while there is another one.
  std::ranges::stable_partition(
      candidates, [&](const Certificate& each) { return !authority_key_id_conflict(child, each).has_value(); });
  std::optional<TrustAnchor> unfit;
  for (std::size_t i = 0; i < std::min(candidates.size(), kMaxNamesakes); ++i) {
    const Certificate& root = candidates[i];
    if (!is_current(root, tools.policy.now) || tools.signatures.check(child, root) != SignatureState::kValid) continue;
    TrustAnchor anchor{length, root};
    longer.push_back(root);
    judge_issuer(longer, length, 0, tools.names, anchor.faults);
    longer.pop_back();
    if (!anchor.faults.has_errors()) return anchor;
    if (!unfit) unfit = std::move(anchor);
  }
  return unfit;
}

}  // namespace

std::optional<TrustAnchor> find_trust_anchor(const std::vector<Certificate>& path, JudgementTools& tools) {
  const RootSet* demanded = tools.policy.required_roots;
  if (demanded == nullptr) {
    if (tools.policy.known_roots == nullptr) return std::nullopt;
    return find_above(path, path.size(), *tools.policy.known_roots, tools);
  }
  std::optional<TrustAnchor> unfit;
  for (std::size_t length = 1; length <= path.size(); ++length) {
    if (demanded->contains(path[length - 1])) return TrustAnchor{length};
    auto anchor = find_above(path, length, *demanded, tools);
    if (!anchor) continue;
    if (!anchor->faults.has_errors()) return anchor;
    if (!unfit) unfit = std::move(anchor);
  }
  return unfit;
}

}  // namespace livecert::x509
