#pragma once

#include <cstddef>
#include <optional>

#include "base/bytes.h"

namespace livecert::x509 {

// Whether the bytes are values in DER as far as their headers show (X.690 §10.1 and §10.2): definite lengths in the
// fewest bytes, strings in one piece, truth values of all ones or zeros, at every level. It does not look inside
// strings. OpenSSL's templates read BER; other clients refuse a certificate in it.
[[nodiscard]] bool has_der_structure(base::ByteView bytes);

// Counts of the parts of values in DER.
struct DerShape {
  // Each value counts once, and one that contains others counts four times: about the cost of decoding it.
  std::size_t parts = 0;
  bool has_false = false;  // a truth value that is false; as a default, DER leaves it out (X.690 §11.5)
};

// nullopt where has_der_structure() is false.
[[nodiscard]] std::optional<DerShape> read_der_shape(base::ByteView bytes);

// Whether the bytes are in DER one sequence of non-negative integers, like RSA keys (RFC 8017 A.1). OpenSSL reads
// negative ones as positive.
[[nodiscard]] bool is_sequence_of_numbers(base::ByteView bytes);

// How many bytes the first value takes, header and content; 0 when the bytes do not begin with a whole one.
[[nodiscard]] std::size_t first_der_value_size(base::ByteView der);

}  // namespace livecert::x509
