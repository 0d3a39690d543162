#pragma once

#include <vector>

#include "base/result.h"
#include "x509/chain_path.h"
#include "x509/finding.h"
#include "x509/policy.h"
#include "x509/trust_anchor.h"

namespace livecert::x509 {

// Judges how far an uploaded path reaches, and returns the intermediates that were missing, in order and without the
// root. Where the source offers several ways up, each is tried within bounds.
//
// The root that the path reaches is held to the rules of issuers as if it had been uploaded. An issuer that expired is
// a warning when another, valid one is known for its child, else an error. A path that ends below no known root is the
// warning chain-incomplete, or the error no-path-to-required-root when the policy demands one. A link that some clients
// do not follow, because of its names or key identifiers, is a warning, and an error where a root is demanded.
//
// The source is not asked when the report has errors already: an outside server is not troubled for an upload that
// fails anyway. Fails only when the source failed and its answer could have led to a required root.
[[nodiscard]] base::Result<std::vector<Certificate>> complete_chain(const ChainPath& path, IssuerSource& source,
                                                                    JudgementTools& tools, ValidationReport& report);

}  // namespace livecert::x509
