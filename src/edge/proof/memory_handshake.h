#pragma once

#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "base/result.h"
#include "x509/openssl_owner.h"

namespace livecert::edge {

// Runs a TLS server with this chain (leaf first) and key, and a client that asks it for the domain, both in memory and
// with this machine's configuration of OpenSSL. The handshake must succeed and show the client the chain; otherwise
// kInvalidInput with OpenSSL's reason.
[[nodiscard]] base::Result<void> shake_hands_in_memory(const std::vector<x509::OwnedCertificate>& chain, EVP_PKEY* key,
                                                       const std::string& domain);

}  // namespace livecert::edge
