#pragma once

#include <vector>

#include "base/result.h"
#include "x509/chain_path.h"
#include "x509/finding.h"
#include "x509/policy.h"
#include "x509/trust_anchor.h"

namespace livecert::x509 {

struct Completion {
  std::vector<Certificate> appended;  // the missing intermediates, in order and without the root
  // The path with these up to the demanded root, which is last; empty if that root was uploaded.
  std::vector<Certificate> to_demanded_root;
};

// Judges how far an uploaded path reaches, and finds the missing intermediates. If the source offers several paths,
// tries each within limits.
//
// The rules for issuers apply to the root of the path as if it had been uploaded. An expired issuer is a warning if
// another, valid one is known for its child, and otherwise an error. A path that ends below no known root is the
// warning chain-incomplete, or the error no-path-to-required-root if the policy demands a root. A link that some
// clients do not follow, because of its names or key identifiers, is a warning, and an error if a root is demanded.
//
// If the report has errors already, asks the source only when the policy demands a root: a missing path is reported
// together with a wrong key, and must be true. If a signature of the path is wrong, reports nothing about the
// certificates above it. Fails only when the source failed, its answer could have led to a required root, and no error
// is reported.
[[nodiscard]] base::Result<Completion> complete_chain(const ChainPath& path, IssuerSource& source,
                                                      JudgementTools& tools, ValidationReport& report);

}  // namespace livecert::x509
