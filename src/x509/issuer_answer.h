#pragma once

#include <vector>

#include "base/bytes.h"
#include "x509/certificate.h"

namespace livecert::x509 {

// Reads the certificates in the answer of an issuer's server (RFC 5280 §4.2.2.1: one DER certificate, or a certs-only
// CMS message) or in an operator's file (either of these, or PEM). At most sixteen; skips what it cannot read.
[[nodiscard]] std::vector<Certificate> parse_issuer_answer(base::ByteView answer);

}  // namespace livecert::x509
