#pragma once

#include "base/bytes.h"

namespace livecert::x509 {

// Whether the bytes are values in DER as far as their headers show it (X.690 §10.1 and §10.2): definite lengths in the
// fewest bytes, strings in one piece, at every level. What stands inside strings is not looked at. OpenSSL's templates
// read BER; other clients refuse a certificate for it.
[[nodiscard]] bool has_der_structure(base::ByteView bytes);

}  // namespace livecert::x509
