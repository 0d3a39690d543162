#pragma once

#include <string>

#include "base/secret.h"
#include "x509/certificate.h"
#include "x509/private_key.h"

namespace livecert::x509 {

// One CERTIFICATE block with lines of 64 characters and a final line break.
[[nodiscard]] std::string to_pem(const Certificate& certificate);
// The same from stored DER, which is not parsed.
[[nodiscard]] std::string certificate_to_pem(base::ByteView der);

// One PRIVATE KEY block (PKCS#8, unencrypted) in memory that is wiped.
[[nodiscard]] base::WipedBuffer to_pem(const PrivateKey& key, base::SecretAccess access);
// The same from stored PKCS#8 DER, which is not parsed.
[[nodiscard]] base::WipedBuffer to_pem(const base::SecretBytes& pkcs8, base::SecretAccess access);

}  // namespace livecert::x509
