#include "x509/issuer_link.h"

#include <algorithm>
#include <utility>

#include "x509/issuer_match.h"
#include "x509/signature_check.h"
#include "x509/work_budget.h"

namespace livecert::x509 {
namespace {

bool is_found_by_all(const Certificate& child, const Certificate& issuer) {
  return match_names(child, issuer) == NameMatch::kExact && !authority_key_id_conflict(child, issuer);
}

// Returns the certificates that may have issued this one, the next one of the chain first.
std::vector<Certificate> candidates_for(const std::vector<Certificate>& chain, std::size_t index,
                                        const RootSet* roots) {
  std::vector<Certificate> candidates;
  const auto is_candidate = [&](const Certificate& each) {
    return !(each == chain[index]) && match_names(chain[index], each) != NameMatch::kNone;
  };
  const auto next = chain.begin() + static_cast<std::ptrdiff_t>(index) + 1;
  std::copy_if(next, chain.end(), std::back_inserter(candidates), is_candidate);
  std::copy_if(chain.begin(), next, std::back_inserter(candidates), is_candidate);
  if (roots != nullptr) std::ranges::move(roots->issuers_of(chain[index]), std::back_inserter(candidates));
  return candidates;
}

}  // namespace

void report_link(const Certificate& child, const Certificate& issuer, Severity severity, int block,
                 ValidationReport& report) {
  if (const auto conflict = authority_key_id_conflict(child, issuer)) {
    report.add({severity, "issuer-key-id-differs", Part::kCertificates, block,
                child.subject_text() + " " + *conflict +
                    ": clients built on OpenSSL (curl, Node.js, nginx) do not find its issuer, and GnuTLS may not",
                "Upload the issuer's certificate with that key identifier or serial number, or have the certificate "
                "issued again"});
  }
  if (match_names(child, issuer) == NameMatch::kEquivalent) {
    report.add({severity, "issuer-name-encoding", Part::kCertificates, block,
                child.subject_text() + " writes its issuer's name in other bytes than " + issuer.subject_text() +
                    " does: clients written in Go and Firefox do not find its issuer",
                "Have the certificate issued again, with the name as the authority's own certificate has it"});
  }
}

std::vector<std::string> link_warnings(const std::vector<Certificate>& chain, const RootSet* roots) {
  ValidationReport report;
  WorkBudget budget;
  SignatureChecker signatures(nullptr, budget);
  for (std::size_t i = 0; i < chain.size(); ++i) {
    // The upload was judged, so the next certificate with that name is the issuer.
    if (i + 1 < chain.size() && is_found_by_all(chain[i], chain[i + 1])) continue;
    if (claims_own_signature(chain[i])) continue;
    std::vector<Certificate> issuers = candidates_for(chain, i, roots);
    std::erase_if(issuers,
                  [&](const Certificate& each) { return signatures.check(chain[i], each) != SignatureState::kValid; });
    const bool has_good_one =
        std::ranges::any_of(issuers, [&](const Certificate& each) { return is_found_by_all(chain[i], each); });
    if (issuers.empty() || has_good_one) continue;
    report_link(chain[i], issuers.front(), Severity::kWarning, static_cast<int>(i) + 1, report);
  }
  return report.warnings();
}

}  // namespace livecert::x509
