#pragma once

#include "base/bytes.h"

namespace livecert::x509 {

// Whether the bytes are values in DER as far as their headers show it (X.690 §10.1 and §10.2): definite lengths in the
// fewest bytes, strings in one piece, truth values of all ones or zeros, at every level. What stands inside strings is
// not looked at. OpenSSL's templates read BER; other clients refuse a certificate for it.
[[nodiscard]] bool has_der_structure(base::ByteView bytes);

// Whether the bytes are in DER one sequence of integers, none negative, as RSA keys are (RFC 8017 A.1). OpenSSL reads
// negative ones as positive.
[[nodiscard]] bool is_sequence_of_numbers(base::ByteView bytes);

}  // namespace livecert::x509
