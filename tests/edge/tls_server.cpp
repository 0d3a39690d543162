#include "edge/tls_server.h"

#include <sys/socket.h>

#include <openssl/err.h>

#include "base/check.h"
#include "edge/proof/openssl_certificate.h"
#include "x509/key_generation.h"
#include "x509/signing_key.h"

namespace livecert::edge {
namespace {

using OwnedTls = x509::Owned<SSL, SSL_free>;

x509::PrivateKey copy_of(const x509::PrivateKey& key) {
  return *x509::PrivateKey::parse_pkcs8(key.pkcs8(base::SecretAccess()).reveal(base::SecretAccess()));
}

Identity make_identity_with(const std::string& name, x509::PrivateKey key) {
  x509::Certificate leaf = shared_pki().issue({.common_name = name, .dns_names = {name}}, key);
  return {{std::move(leaf), shared_pki().intermediate()}, std::move(key)};
}

}  // namespace

base::Time test_now() {
  return base::from_unix_seconds(1750000000);
}

const test::Pki& shared_pki() {
  static const test::Pki pki(test_now());
  return pki;
}

Identity make_identity(const std::string& name) {
  return make_identity_with(name, *x509::generate_ec_p256_key());
}

Identity make_rsa_identity(const std::string& name) {
  static const x509::PrivateKey key = *x509::generate_rsa_key(2048);
  return make_identity_with(name, copy_of(key));
}

TlsServer::TlsServer(const std::string& name, const Identity& identity, const Offer& offer, const std::string& host)
    : offer_(offer),
      front_(make_context(nullptr)),
      server_([this](const LoopbackServer::Connection& connection) { shake_hands(connection); }, host) {
  serve(name, identity);
}

TlsServer::OwnedContext TlsServer::make_context(const Identity* identity) {
  OwnedContext context(SSL_CTX_new(TLS_server_method()));
  LIVECERT_CHECK(SSL_CTX_set_cipher_list(context.get(), offer_.ciphers.c_str()) == 1);
  SSL_CTX_set_min_proto_version(context.get(), offer_.lowest);
  SSL_CTX_set_max_proto_version(context.get(), offer_.highest);
  SSL_CTX_set_session_id_context(context.get(), reinterpret_cast<const unsigned char*>("test"), 4);
  SSL_CTX_set_client_hello_cb(context.get(), choose, this);
  if (identity == nullptr) return context;
  const x509::OwnedKey key = x509::to_signing_key(identity->key, base::SecretAccess());
  LIVECERT_CHECK(SSL_CTX_use_certificate(context.get(), to_openssl(identity->chain.front()).get()) == 1);
  LIVECERT_CHECK(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  for (std::size_t i = 1; i < identity->chain.size(); ++i) {
    LIVECERT_CHECK(SSL_CTX_add1_chain_cert(context.get(), to_openssl(identity->chain[i]).get()) == 1);
  }
  return context;
}

void TlsServer::serve(const std::string& name, const Identity& identity) {
  OwnedContext context = make_context(&identity);
  const std::lock_guard lock(mutex_);
  contexts_[name] = std::move(context);
}

void TlsServer::serve_below(unsigned version, const Identity& identity) {
  OwnedContext context = make_context(&identity);
  const std::lock_guard lock(mutex_);
  old_version_ = version;
  old_context_ = std::move(context);
}

// A client that offers only a version below 1.3 says it in the old place.
int TlsServer::choose(SSL* tls, int* alert, void* server) {
  auto& self = *static_cast<TlsServer*>(server);
  const std::lock_guard lock(self.mutex_);
  const unsigned char* name = nullptr;
  std::size_t size = 0;
  for (const unsigned extension : {unsigned{TLSEXT_TYPE_session_ticket}, unsigned{TLSEXT_TYPE_psk}}) {
    if (SSL_client_hello_get0_ext(tls, extension, &name, &size) == 1) ++self.resumption_count_;
  }
  // RFC 6066 §3: list length, type, name length, name.
  const bool has_name = SSL_client_hello_get0_ext(tls, TLSEXT_TYPE_server_name, &name, &size) == 1 && size > 5;
  const auto found = self.contexts_.find(has_name ? std::string(name + 5, name + size) : "");
  if (found == self.contexts_.end()) {
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return SSL_CLIENT_HELLO_ERROR;
  }
  const bool is_old = SSL_client_hello_get0_legacy_version(tls) < self.old_version_;
  SSL_set_SSL_CTX(tls, is_old ? self.old_context_.get() : found->second.get());
  return SSL_CLIENT_HELLO_SUCCESS;
}

void TlsServer::shake_hands(const LoopbackServer::Connection& connection) const {
  const OwnedTls tls(SSL_new(front_.get()));
  SSL_set_fd(tls.get(), connection.socket());
  const bool is_done = SSL_accept(tls.get()) == 1;
  ERR_clear_error();
  if (is_done) connection.wait_for_end();
}

}  // namespace livecert::edge
