#pragma once

#include <vector>

#include "base/time.h"
#include "x509/certificate.h"
#include "x509/finding.h"
#include "x509/root_set.h"
#include "x509/signature_check.h"

namespace livecert::x509 {

// Returns the time from which the served chain stops working for clients: the end of the first certificate that every
// path in it needs. It is never later than the leaf's end. `chain` has the leaf first and is not empty. A root of
// `roots` (may be null) may replace an issuer that ends; the end of a root that is not in the chain does not count.
// Verifies signatures only where an issuer in the chain ends before the leaf.
[[nodiscard]] base::Time path_end(const std::vector<Certificate>& chain, const RootSet* roots,
                                  SignatureChecker& signatures);

// The same, with its own budget.
[[nodiscard]] base::Time path_end(const std::vector<Certificate>& chain, const RootSet* roots);

// The finding about a chain in which an issuer ends before the leaf.
[[nodiscard]] Finding early_end(const Certificate& issuer, const Certificate& leaf, int block);

}  // namespace livecert::x509
