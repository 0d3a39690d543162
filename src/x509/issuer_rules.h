#pragma once

#include <vector>

#include "base/time.h"
#include "x509/certificate.h"
#include "x509/finding.h"
#include "x509/name_constraints.h"

namespace livecert::x509 {

// Reports why path[index] (index >= 1) may not have issued the certificates below it; path[0] is the leaf. Does not
// check the validity in time: see is_current(). `block` is the certificate's place in the upload.
void judge_issuer(const std::vector<Certificate>& path, std::size_t index, int block, NameConstraintChecker& names,
                  ValidationReport& report);

// Whether the child's authority key identifier is that of the issuer's key (RFC 5280 §4.2.1.1). This is a hint, not a
// proof.
[[nodiscard]] bool names_key_of(const Certificate& child, const Certificate& issuer);

[[nodiscard]] bool is_current(const Certificate& certificate, base::Time now);

}  // namespace livecert::x509
