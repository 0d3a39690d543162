#pragma once

#include <vector>

#include "base/result.h"
#include "x509/chain_path.h"
#include "x509/finding.h"
#include "x509/policy.h"
#include "x509/trust_anchor.h"

namespace livecert::x509 {

struct Completion {
  std::vector<Certificate> appended;  // the intermediates that were missing, in order and without the root
  // The path with these up to the demanded root, which stands last; empty unless that one was not uploaded.
  std::vector<Certificate> to_demanded_root;
};

// Judges how far an uploaded path reaches, and finds the intermediates that are missing. Where the source offers
// several ways up, each is tried within bounds.
//
// The root that the path reaches is held to the rules of issuers as if it had been uploaded. An issuer that expired is
// a warning when another, valid one is known for its child, else an error. A path that ends below no known root is the
// warning chain-incomplete, or the error no-path-to-required-root when the policy demands one. A link that some clients
// do not follow, because of its names or key identifiers, is a warning, and an error where a root is demanded.
//
// The source is not asked when the report has errors already, unless the policy demands a root: whether a path is
// missing is told beside a wrong key, and must be true. Where a signature of the path is wrong, nothing is said about
// what is above it. Fails only when the source failed, its answer could have led to a required root, and no error is
// reported.
[[nodiscard]] base::Result<Completion> complete_chain(const ChainPath& path, IssuerSource& source,
                                                      JudgementTools& tools, ValidationReport& report);

}  // namespace livecert::x509
