#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

// What people and other tools call a certificate by, and how they show it.
namespace livecert::x509 {

// SHA-1 of the DER: a name that some tools still show. It proves nothing.
[[nodiscard]] std::array<std::uint8_t, 20> sha1_fingerprint(base::ByteView der);

// What `openssl x509 -text -noout` prints of it. Some 50 µs for an ordinary certificate, and linear in its size.
// kInternal when OpenSSL cannot read it.
[[nodiscard]] base::Result<std::string> openssl_text(base::ByteView der);

}  // namespace livecert::x509
