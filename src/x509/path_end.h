#pragma once

#include <vector>

#include "base/time.h"
#include "x509/certificate.h"
#include "x509/finding.h"
#include "x509/root_set.h"
#include "x509/signature_check.h"

namespace livecert::x509 {

// When a chain that is served stops working for clients: when the first certificate ends that every path of it needs.
// Never later than the leaf's end. `chain` has the leaf first and is not empty. A root of `roots` (may be null) may
// take the place of an issuer that ends; the end of a root that is not in the chain does not count. Verifies
// signatures only where an issuer in the chain ends before the leaf.
[[nodiscard]] base::Time path_end(const std::vector<Certificate>& chain, const RootSet* roots,
                                  SignatureChecker& signatures);

// The same, with a budget of its own.
[[nodiscard]] base::Time path_end(const std::vector<Certificate>& chain, const RootSet* roots);

// What is said of a chain that ends with one of its issuers, before its leaf does.
[[nodiscard]] Finding early_end(const Certificate& issuer, const Certificate& leaf, int block);

}  // namespace livecert::x509
