#pragma once

#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "base/result.h"
#include "x509/openssl_owner.h"

namespace livecert::edge {

// A TLS server and a client in memory, with this machine's configuration of OpenSSL. To make them costs as much as a
// good part of a handshake, so that who checks many bundles keeps one. Callable from every thread.
class MemoryHandshake {
 public:
  MemoryHandshake();

  // Gives the server this chain (leaf first) and key for one handshake, in which the client asks it for the domain. The
  // handshake must succeed and show the client the chain; otherwise kInvalidInput with OpenSSL's reason. Keeps nothing
  // of the chain and the key.
  [[nodiscard]] base::Result<void> shake_hands(const std::vector<x509::OwnedCertificate>& chain, EVP_PKEY* key,
                                               const std::string& domain) const;

 private:
  using Context = x509::Owned<SSL_CTX, SSL_CTX_free>;

  Context server_;
  Context client_;
};

}  // namespace livecert::edge
