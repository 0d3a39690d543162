#include "edge/proof/handshake.h"

#include <array>
#include <system_error>

#include <openssl/err.h>

#include "base/check.h"
#include "edge/proof/openssl_certificate.h"
#include "edge/proof/tcp_connection.h"
#include "x509/openssl_owner.h"

namespace livecert::edge {
namespace {

using End = Handshake::End;
using OwnedTls = x509::Owned<SSL, SSL_free>;

// "UNKNOWN" claims no address, so that it cannot confuse the server's log or limits.
constexpr std::string_view kProxyLine = "PROXY UNKNOWN\r\n";
constexpr std::string_view kClosed = "the server closed the connection in the handshake";

// One side of TLS between two buffers in memory, so that every wait for the network is ours.
OwnedTls make_tls(SSL_CTX* context, const Attempt& attempt) {
  OwnedTls tls(SSL_new(context));
  LIVECERT_CHECK(tls != nullptr);
  BIO* const input = BIO_new(BIO_s_mem());
  BIO* const output = BIO_new(BIO_s_mem());
  LIVECERT_CHECK(input != nullptr && output != nullptr);
  SSL_set_bio(tls.get(), input, output);
  SSL_set_connect_state(tls.get());
  // The macro for this would be a C cast.
  std::string name = attempt.domain;
  SSL_ctrl(tls.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data());
  SSL_set_min_proto_version(tls.get(), number_of(attempt.versions.lowest));
  SSL_set_max_proto_version(tls.get(), number_of(attempt.versions.highest));
  return tls;
}

void send_output(SSL* tls, TcpConnection& connection) {
  std::array<std::uint8_t, 4096> piece;
  int size = 0;
  while ((size = BIO_read(SSL_get_wbio(tls), piece.data(), static_cast<int>(piece.size()))) > 0) {
    connection.send(base::ByteView(piece).first(static_cast<std::size_t>(size)));
  }
}

Handshake ended(End end, std::string reason, bool was_answered = true) {
  return {.end = end, .reason = std::move(reason), .was_answered = was_answered};
}

// Takes what stopped the handshake from OpenSSL's queue.
std::string take_refusal() {
  const unsigned long error = ERR_get_error();
  ERR_clear_error();
  if (error == 0) return std::string(kClosed);  // by a close_notify
  const int reason = ERR_GET_REASON(error);
  if (ERR_GET_LIB(error) == ERR_LIB_SSL && reason > SSL_AD_REASON_OFFSET) {
    return std::string("the handshake ended with alert ") + SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET);
  }
  const char* const text = ERR_reason_error_string(error);
  return std::string("the answer makes no sense in a TLS handshake: ") + (text == nullptr ? "unknown" : text);
}

Handshake judge_transfer(const Transfer& transfer, bool is_connected, bool has_answered, const Attempt& attempt) {
  const std::string time = std::to_string(attempt.timeout.count()) + " ms";
  switch (transfer.end) {
    case Transfer::End::kClosed:
      return ended(End::kRefused, std::string(kClosed), has_answered);
    case Transfer::End::kBroken: {
      const std::string what = base::to_ascii_lower(std::generic_category().message(transfer.error));
      if (!is_connected) return ended(End::kUnreachable, what);
      return has_answered ? ended(End::kRefused, what + " in the handshake") : ended(End::kReset, what, false);
    }
    default:
      return ended(End::kUnreachable,
                   has_answered ? "the handshake did not end within " + time : "no answer within " + time);
  }
}

Handshake read_result(const SSL* tls) {
  Handshake handshake{.end = End::kDone, .version = find_version(SSL_version(tls))};
  const STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(tls);
  for (int i = 0; i < sk_X509_num(chain); ++i) handshake.chain.push_back(to_der(sk_X509_value(chain, i)));
  return handshake;
}

}  // namespace

Handshake shake_hands(SSL_CTX* context, const Attempt& attempt) {
  TcpConnection connection(attempt.address, std::chrono::steady_clock::now() + attempt.timeout, attempt.stop);
  const Transfer connected = connection.connect();
  if (connected.end != Transfer::End::kDone) return judge_transfer(connected, false, false, attempt);
  const OwnedTls tls = make_tls(context, attempt);
  if (attempt.proxy_line) connection.send(base::as_bytes(kProxyLine));
  std::array<std::uint8_t, 16384> piece;
  bool has_answered = false;
  while (true) {
    ERR_clear_error();
    const int result = SSL_do_handshake(tls.get());
    const int wish = SSL_get_error(tls.get(), result);
    if (result == 1) SSL_shutdown(tls.get());  // tells the server that this is all
    send_output(tls.get(), connection);
    if (result == 1) return read_result(tls.get());
    if (wish != SSL_ERROR_WANT_READ) return ended(End::kRefused, take_refusal());
    const Transfer received = connection.receive(piece);
    if (received.end != Transfer::End::kDone) return judge_transfer(received, true, has_answered, attempt);
    has_answered = true;
    BIO_write(SSL_get_rbio(tls.get()), piece.data(), static_cast<int>(received.size));
  }
}

}  // namespace livecert::edge
