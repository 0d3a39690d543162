#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "base/bytes.h"
#include "edge/definition.h"
#include "edge/stop_signal.h"
#include "edge/tls_version.h"

namespace livecert::edge {

// One handshake of ours with a TLS server: where, as what, offering what.
struct Attempt {
  const Address& address;
  const std::string& domain;  // sent as SNI
  VersionRange versions;
  std::chrono::milliseconds timeout;  // of everything together
  const StopSignal* stop = nullptr;   // raised: it ends at once
};

// How it went.
struct Handshake {
  enum class End : std::uint8_t {
    kDone,
    kRefused,      // an alert, closed in the middle, or what came is no TLS
    kReset,        // there was a connection, and it broke before the server said anything
    kUnreachable,  // no connection, or no whole answer in time
  };
  End end = End::kUnreachable;
  std::string reason = {};              // for operators; empty when done
  const TlsVersion* version = nullptr;  // negotiated; when done
  std::vector<base::Bytes> chain = {};  // as the server showed it, leaf first; when done

  // Whether the server is there and does not want this.
  [[nodiscard]] bool is_refused() const { return end == End::kRefused || end == End::kReset; }
};

// Shakes hands once, and closes the connection. The context is a client's, and only read.
[[nodiscard]] Handshake shake_hands(SSL_CTX* context, const Attempt& attempt);

}  // namespace livecert::edge
