#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "x509/certificate.h"

namespace livecert::edge {

// The answer of a TLS server that listens on a Unix socket.
struct Shown {
  std::vector<base::Bytes> chain;  // leaf first; empty when the handshake failed
  std::string reason;              // then
  std::string protocol = {};       // chosen with ALPN

  [[nodiscard]] bool is_refused() const { return chain.empty(); }
  [[nodiscard]] bool is(const x509::Certificate& leaf) const {
    return !chain.empty() && chain.front() == base::to_bytes(leaf.der());
  }
};

// The values that a client sends in its greeting.
struct Greeting {
  std::string server_name = {};  // sent as it is, whatever bytes it has; not when it is empty
  int lowest_version = 0;        // as OpenSSL counts; 0: any
  int highest_version = 0;
  std::vector<std::string> protocols = {};  // offered with ALPN
  bool knows_only_rsa = false;
};

// Makes one handshake.
[[nodiscard]] Shown shake_hands(const std::filesystem::path& socket, const Greeting& greeting);
[[nodiscard]] Shown shake_hands(const std::filesystem::path& socket, const std::string& server_name);

}  // namespace livecert::edge
