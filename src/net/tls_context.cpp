#include "net/tls_context.h"

#include <memory>
#include <string>
#include <utility>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace livecert::net {
namespace {

namespace ssl = boost::asio::ssl;

template <auto kFree>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using X509Owner = std::unique_ptr<X509, Freer<X509_free>>;
using Pkcs8Owner = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freer<PKCS8_PRIV_KEY_INFO_free>>;
using KeyOwner = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;

// All our clients have these. OpenSSL would also take finite fields of up to 8192 bits, whose arithmetic costs a
// hundred times as much as the client's message: a few of them a second would stop the network threads.
constexpr const char* kGroups = "X25519:P-256:P-384";

constexpr unsigned char kHttp11[] = "\x08http/1.1";

base::Error bad_identity(std::string message) {
  char reason[256];
  ::ERR_error_string_n(::ERR_peek_last_error(), reason, sizeof reason);
  ::ERR_clear_error();
  return {base::ErrorCode::kConfiguration, std::move(message), reason};
}

X509Owner parse_certificate(const base::Bytes& der) {
  const unsigned char* cursor = der.data();
  X509Owner certificate(::d2i_X509(nullptr, &cursor, static_cast<long>(der.size())));
  if (certificate != nullptr && cursor != der.data() + der.size()) certificate.reset();
  return certificate;
}

base::Result<void> use_chain(SSL_CTX* context, const std::vector<base::Bytes>& chain_der) {
  if (chain_der.empty()) return bad_identity("the TLS identity holds no certificate");
  for (std::size_t i = 0; i < chain_der.size(); ++i) {
    const X509Owner certificate = parse_certificate(chain_der[i]);
    const bool used = certificate != nullptr && (i == 0 ? ::SSL_CTX_use_certificate(context, certificate.get()) == 1
                                                        : ::SSL_CTX_add1_chain_cert(context, certificate.get()) == 1);
    if (!used) return bad_identity("certificate " + std::to_string(i + 1) + " of the TLS identity cannot be used");
  }
  return {};
}

base::Result<void> use_key(SSL_CTX* context, const base::SecretBytes& private_key_pkcs8) {
  const base::ByteView der = private_key_pkcs8.reveal(base::SecretAccess());
  const unsigned char* cursor = der.data();
  const Pkcs8Owner pkcs8(::d2i_PKCS8_PRIV_KEY_INFO(nullptr, &cursor, static_cast<long>(der.size())));
  const KeyOwner key(pkcs8 == nullptr ? nullptr : ::EVP_PKCS82PKEY(pkcs8.get()));
  if (key == nullptr) return bad_identity("the private key of the TLS identity cannot be read");
  if (::SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return bad_identity("the private key of the TLS identity does not belong to its first certificate");
  }
  return {};
}

// Some clients offer "h2" first and want an answer; without an answer, all of them use HTTP/1.1.
int select_http_1_1(SSL* /*ssl*/, const unsigned char** selected, unsigned char* length, const unsigned char* offered,
                    unsigned offered_length, void* /*context*/) {
  unsigned char* match = nullptr;
  if (::SSL_select_next_proto(&match, length, kHttp11, sizeof kHttp11 - 1, offered, offered_length) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *selected = match;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

base::Result<ssl::context> make_tls_context(const std::vector<base::Bytes>& chain_der,
                                            const base::SecretBytes& private_key_pkcs8) {
  ssl::context context(ssl::context::tls_server);
  SSL_CTX* native = context.native_handle();
  ::SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  ::SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
  if (::SSL_CTX_set1_groups_list(native, kGroups) != 1) return bad_identity("the groups of TLS cannot be set");
  ::SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CLEANSE_PLAINTEXT |
                                    SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  ::SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  ::SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  ::SSL_CTX_set_alpn_select_cb(native, select_http_1_1, nullptr);
  TRY(use_chain(native, chain_der));
  TRY(use_key(native, private_key_pkcs8));
  return context;
}

}  // namespace livecert::net
