#pragma once

#include "base/result.h"
#include "x509/private_key.h"

namespace livecert::x509 {

// New keys from OpenSSL's random generator; kInternal when that fails.
[[nodiscard]] base::Result<PrivateKey> generate_ec_p256_key();
// 2048 to 8192 bits with the exponent 65537. Takes a tenth of a second and more.
[[nodiscard]] base::Result<PrivateKey> generate_rsa_key(int bits);

}  // namespace livecert::x509
