#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

// Forms in which people and other tools name and show a certificate.
namespace livecert::x509 {

// SHA-1 of the DER, which some tools still show as a name. It proves nothing.
[[nodiscard]] std::array<std::uint8_t, 20> sha1_fingerprint(base::ByteView der);

// The output of `openssl x509 -text -noout`. Takes some 50 µs for an ordinary certificate, and is linear in its size.
// kInternal when OpenSSL cannot read the certificate.
[[nodiscard]] base::Result<std::string> openssl_text(base::ByteView der);

}  // namespace livecert::x509
