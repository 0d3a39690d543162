#pragma once

#include "base/bytes.h"
#include "x509/certificate.h"
#include "x509/openssl_owner.h"

namespace livecert::edge {

// OpenSSL's form of a certificate; null when OpenSSL cannot read it.
[[nodiscard]] x509::OwnedCertificate to_openssl(const x509::Certificate& certificate);

// The bytes as a server that uses OpenSSL sends them; none when OpenSSL cannot encode what it read.
[[nodiscard]] base::Bytes to_der(const X509* certificate);

}  // namespace livecert::edge
