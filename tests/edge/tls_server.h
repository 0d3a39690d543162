#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "base/time.h"
#include "edge/loopback_server.h"
#include "support/pki.h"
#include "x509/openssl_owner.h"

namespace livecert::edge {

// A leaf with its chain and key, as a server is configured with it.
struct Identity {
  std::vector<x509::Certificate> chain;
  x509::PrivateKey key;
};

// Identities below one hierarchy that all tests share. The chain is leaf and intermediate; the RSA key is always the
// same one.
[[nodiscard]] const test::Pki& shared_pki();
[[nodiscard]] Identity make_identity(const std::string& name = "live.example.net");
[[nodiscard]] Identity make_rsa_identity(const std::string& name = "live.example.net");
[[nodiscard]] base::Time test_now();

// The versions and ciphers that a server offers.
struct Offer {
  int lowest = TLS1_2_VERSION;
  int highest = TLS1_3_VERSION;
  std::string ciphers = "ALL:@SECLEVEL=0";  // of TLS below 1.3; level 0 is what TLS below 1.2 needs
};

// A TLS server of OpenSSL that answers each name of its list, and no other: those get an unrecognized_name alert. It
// hands out session tickets and honours them.
class TlsServer {
 public:
  TlsServer(const std::string& name, const Identity& identity, const Offer& offer = {},
            const std::string& host = "127.0.0.1");

  // Adds a name, or gives it another certificate.
  void serve(const std::string& name, const Identity& identity);
  // In TLS versions below this one, all names get this certificate.
  void serve_below(unsigned version, const Identity& identity);

  [[nodiscard]] const Address& address() const { return server_.address(); }
  [[nodiscard]] int count() const { return server_.count(); }
  // The number of clients that had something to resume with, or asked for it.
  [[nodiscard]] int resumption_count() const { return resumption_count_; }

 private:
  using OwnedContext = x509::Owned<SSL_CTX, SSL_CTX_free>;

  static int choose(SSL* tls, int* alert, void* server);
  [[nodiscard]] OwnedContext make_context(const Identity* identity);
  void shake_hands(const LoopbackServer::Connection& connection) const;

  Offer offer_;
  std::mutex mutex_;
  std::map<std::string, OwnedContext> contexts_;
  unsigned old_version_ = 0;
  OwnedContext old_context_;
  std::atomic<int> resumption_count_ = 0;
  OwnedContext front_;
  LoopbackServer server_;
};

}  // namespace livecert::edge
