#pragma once

#include <openssl/ec.h>

#include "x509/key_type.h"

namespace livecert::x509 {

// OpenSSL's arithmetic for the curve of the type, which must have one. Made once per curve, and read-only afterwards.
[[nodiscard]] const EC_GROUP* group_of(const KeyType& type);

}  // namespace livecert::x509
