#pragma once

#include <vector>

#include "base/result.h"
#include "x509/chain_path.h"
#include "x509/finding.h"
#include "x509/policy.h"
#include "x509/signature_check.h"

namespace livecert::x509 {

// Judges how far a path that is sound in itself reaches, and returns the intermediates that were missing, in order and
// without the root. An issuer that expired is a warning when another, valid one is known for its child, else an error.
// A path that ends below no known root is the warning chain-incomplete, or the error no-path-to-required-root when the
// policy demands one. Fails only when the source failed and its answer could have led to a required root.
[[nodiscard]] base::Result<std::vector<Certificate>> complete_chain(const ChainPath& path, const Policy& policy,
                                                                    IssuerSource& source, SignatureChecker& checker,
                                                                    ValidationReport& report);

}  // namespace livecert::x509
