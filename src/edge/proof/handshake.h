#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "base/bytes.h"
#include "edge/definition.h"
#include "edge/proof/tls_version.h"
#include "edge/stop_signal.h"

namespace livecert::edge {

// One handshake with a TLS server: the address, the name, and what to offer.
struct Attempt {
  const Address& address;
  const std::string& domain;  // sent as SNI
  VersionRange versions;
  std::chrono::milliseconds timeout;  // of everything together
  const StopSignal* stop = nullptr;   // raised: it ends at once
  bool proxy_line = false;            // a line of the PROXY protocol that claims no address comes first
};

// How it went.
struct Handshake {
  enum class End : std::uint8_t {
    kDone,
    kRefused,      // an alert, a connection that was closed in the middle, or bytes that are no TLS
    kReset,        // the connection broke before the server sent anything
    kUnreachable,  // no connection, or no whole answer in time
  };
  End end = End::kUnreachable;
  std::string reason = {};                         // for operators; empty when done
  std::optional<domain::TlsVersion> version = {};  // negotiated; when done
  std::vector<base::Bytes> chain = {};             // as the server showed it, leaf first; when done
  bool was_answered = true;                        // false: the connection broke before the server sent anything

  // Whether the server answers and refuses this handshake.
  [[nodiscard]] bool is_refused() const { return end == End::kRefused || end == End::kReset; }
};

// Makes one handshake and closes the connection. Only reads the context, which is a client's.
[[nodiscard]] Handshake shake_hands(SSL_CTX* context, const Attempt& attempt);

}  // namespace livecert::edge
