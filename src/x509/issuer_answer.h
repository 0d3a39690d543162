#pragma once

#include <vector>

#include "base/bytes.h"
#include "x509/certificate.h"

namespace livecert::x509 {

// The certificates in what an issuer's server answers (RFC 5280 §4.2.2.1: one DER certificate, or a certs-only CMS
// message) or an operator's file holds (either of these, or PEM). At most sixteen; what cannot be read is passed over.
[[nodiscard]] std::vector<Certificate> parse_issuer_answer(base::ByteView answer);

}  // namespace livecert::x509
