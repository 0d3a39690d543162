#include "edge/socket_client.h"

#include <algorithm>
#include <csignal>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/check.h"
#include "base/owned_descriptor.h"
#include "x509/openssl_owner.h"

namespace livecert::edge {
namespace {

bool connect(int descriptor, const std::filesystem::path& socket) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& path = socket.native();
  LIVECERT_CHECK(path.size() < sizeof(address.sun_path));
  std::ranges::copy(path, std::begin(address.sun_path));
  // The only way to hand over an address.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  return ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

base::Bytes der_of(const X509* certificate) {
  unsigned char* der = nullptr;
  const int size = ::i2d_X509(certificate, &der);
  LIVECERT_CHECK(size > 0);
  base::Bytes bytes(der, der + size);
  ::OPENSSL_free(der);
  return bytes;
}

std::vector<base::Bytes> chain_of(SSL* tls) {
  std::vector<base::Bytes> chain;
  const STACK_OF(X509)* const shown = ::SSL_get_peer_cert_chain(tls);
  for (int i = 0; i < sk_X509_num(shown); ++i) chain.push_back(der_of(sk_X509_value(shown, i)));
  return chain;
}

void offer(SSL* tls, const std::vector<std::string>& protocols) {
  base::Bytes list;  // each with its length before it
  for (const std::string& protocol : protocols) {
    list.push_back(static_cast<std::uint8_t>(protocol.size()));
    list.insert(list.end(), protocol.begin(), protocol.end());
  }
  if (list.empty()) return;
  LIVECERT_CHECK(::SSL_set_alpn_protos(tls, list.data(), static_cast<unsigned>(list.size())) == 0);
}

void prepare(SSL* tls, const Greeting& greeting) {
  std::string sent = greeting.server_name;
  if (!sent.empty()) {
    // The same as SSL_set_tlsext_host_name() without its old-style cast.
    LIVECERT_CHECK(::SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, sent.data()) == 1);
  }
  LIVECERT_CHECK(SSL_set_min_proto_version(tls, greeting.lowest_version) == 1);
  LIVECERT_CHECK(SSL_set_max_proto_version(tls, greeting.highest_version) == 1);
  if (greeting.knows_only_rsa) LIVECERT_CHECK(SSL_set1_sigalgs_list(tls, "rsa_pss_rsae_sha256") == 1);
  offer(tls, greeting.protocols);
}

std::string chosen_protocol(const SSL* tls) {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  ::SSL_get0_alpn_selected(tls, &name, &size);
  return {name, name + size};
}

}  // namespace

Shown shake_hands(const std::filesystem::path& socket, const Greeting& greeting) {
  const base::OwnedDescriptor descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!connect(descriptor.get(), socket)) return {{}, "no connection"};
  const x509::Owned<SSL_CTX, ::SSL_CTX_free> context(::SSL_CTX_new(::TLS_client_method()));
  const x509::Owned<SSL, ::SSL_free> tls(::SSL_new(context.get()));
  LIVECERT_CHECK(::SSL_set_fd(tls.get(), descriptor.get()) == 1);
  prepare(tls.get(), greeting);
  // Writing to a server that has closed must fail, not kill.
  std::signal(SIGPIPE, SIG_IGN);
  ::ERR_clear_error();
  if (::SSL_connect(tls.get()) == 1) return {chain_of(tls.get()), "", chosen_protocol(tls.get())};
  const char* const reason = ::ERR_reason_error_string(::ERR_peek_error());
  return {{}, reason == nullptr ? "closed" : reason};
}

Shown shake_hands(const std::filesystem::path& socket, const std::string& server_name) {
  return shake_hands(socket, Greeting{.server_name = server_name});
}

}  // namespace livecert::edge
