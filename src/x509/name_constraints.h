#pragma once

#include "x509/certificate.h"

namespace livecert::x509 {

// Whether the names of `certificate` lie within the name constraints of `issuer` (RFC 5280 §4.2.1.10), by OpenSSL's
// reading. False too when the constraints use a form that cannot be judged. Slow (0.2 ms); constraints are rare.
[[nodiscard]] bool obeys_name_constraints(const Certificate& certificate, const Certificate& issuer);

}  // namespace livecert::x509
