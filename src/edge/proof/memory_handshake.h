#pragma once

#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "base/result.h"
#include "x509/openssl_owner.h"

namespace livecert::edge {

// A TLS server with this chain, leaf first, and key, and a client that asks it for the domain, both in memory and as
// OpenSSL is configured on this machine: the handshake ends well and the client was shown the chain. kInvalidInput with
// OpenSSL's reason.
[[nodiscard]] base::Result<void> shake_hands_in_memory(const std::vector<x509::OwnedCertificate>& chain, EVP_PKEY* key,
                                                       const std::string& domain);

}  // namespace livecert::edge
