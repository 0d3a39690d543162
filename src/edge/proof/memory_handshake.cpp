#include "edge/proof/memory_handshake.h"

#include <openssl/err.h>

#include "base/check.h"

namespace livecert::edge {
namespace {

using base::Result;
using x509::Owned;
using OwnedTls = Owned<SSL, SSL_free>;
using Chain = std::vector<x509::OwnedCertificate>;

// Each round moves up to 17 KiB each way; a client takes no chain above 100 KiB.
constexpr int kMaxRounds = 20;

base::Error refused(const std::string& what) {
  const char* const reason = ERR_reason_error_string(ERR_peek_error());
  ERR_clear_error();
  return {base::ErrorCode::kInvalidInput, what + ": " + (reason == nullptr ? "OpenSSL gives no reason" : reason)};
}

Result<void> load(SSL* server, const Chain& chain, EVP_PKEY* key) {
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const bool is_used =
        i == 0 ? SSL_use_certificate(server, chain[i].get()) == 1 : SSL_add1_chain_cert(server, chain[i].get()) == 1;
    if (!is_used) return refused("a TLS server cannot use certificate " + std::to_string(i + 1) + " of the chain");
  }
  if (SSL_use_PrivateKey(server, key) != 1) return refused("a TLS server cannot use the private key");
  return {};
}

// The chain was judged when it was uploaded; here it only has to arrive.
int accept_any_chain(X509_STORE_CTX* /*chain*/, void* /*argument*/) {
  return 1;
}

void connect_in_memory(SSL* server, SSL* client) {
  BIO* server_side = nullptr;
  BIO* client_side = nullptr;
  LIVECERT_CHECK(BIO_new_bio_pair(&server_side, 0, &client_side, 0) == 1);
  SSL_set_bio(server, server_side, server_side);
  SSL_set_bio(client, client_side, client_side);
  SSL_set_accept_state(server);
  SSL_set_connect_state(client);
}

// Whether the side is done, or waits for the other one.
bool step(SSL* side) {
  const int result = SSL_do_handshake(side);
  const int wish = SSL_get_error(side, result);
  return result == 1 || wish == SSL_ERROR_WANT_READ || wish == SSL_ERROR_WANT_WRITE;
}

bool shows(const SSL* client, const Chain& chain) {
  const STACK_OF(X509)* const shown = SSL_get_peer_cert_chain(client);
  bool is_same = sk_X509_num(shown) == static_cast<int>(chain.size());
  for (std::size_t i = 0; is_same && i < chain.size(); ++i) {
    is_same = X509_cmp(sk_X509_value(shown, static_cast<int>(i)), chain[i].get()) == 0;
  }
  return is_same;
}

}  // namespace

MemoryHandshake::MemoryHandshake()
    : server_(SSL_CTX_new(TLS_server_method())), client_(SSL_CTX_new(TLS_client_method())) {
  LIVECERT_CHECK(server_ != nullptr && client_ != nullptr);
  SSL_CTX_set_session_cache_mode(server_.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(server_.get(), 0);
  SSL_CTX_set_cert_verify_callback(client_.get(), accept_any_chain, nullptr);
}

Result<void> MemoryHandshake::shake_hands(const Chain& chain, EVP_PKEY* key, const std::string& domain) const {
  ERR_clear_error();
  const OwnedTls server(SSL_new(server_.get()));
  const OwnedTls client(SSL_new(client_.get()));
  LIVECERT_CHECK(server != nullptr && client != nullptr);
  TRY(load(server.get(), chain, key));
  connect_in_memory(server.get(), client.get());
  std::string name = domain;
  SSL_ctrl(client.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  for (int round = 0; round < kMaxRounds; ++round) {
    for (SSL* side : {client.get(), server.get()}) {
      if (!step(side)) return refused("a TLS handshake with this chain and key fails");
    }
    const bool is_done = SSL_is_init_finished(client.get()) == 1 && SSL_is_init_finished(server.get()) == 1;
    if (is_done && shows(client.get(), chain)) return {};
    if (is_done) return refused("a TLS server with this chain shows another");
  }
  return refused("a TLS handshake with this chain does not end");
}

}  // namespace livecert::edge
