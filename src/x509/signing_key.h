#pragma once

#include "base/secret.h"
#include "x509/openssl_owner.h"
#include "x509/private_key.h"

namespace livecert::x509 {

// OpenSSL's form of a private key, for signing and for TLS. Made number by number, so that no other copy of the key
// stays; OpenSSL clears this one when it is freed. Null only when OpenSSL fails.
[[nodiscard]] OwnedKey to_signing_key(const PrivateKey& key, base::SecretAccess access);

}  // namespace livecert::x509
