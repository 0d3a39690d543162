#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "x509/certificate.h"

namespace livecert::edge {

// What a TLS server that listens on a Unix socket showed.
struct Shown {
  std::vector<base::Bytes> chain;  // leaf first; empty when the handshake failed
  std::string reason;              // then

  [[nodiscard]] bool is_refused() const { return chain.empty(); }
  [[nodiscard]] bool is(const x509::Certificate& leaf) const {
    return !chain.empty() && chain.front() == base::to_bytes(leaf.der());
  }
};

// One handshake. The server name is sent as it is, whatever bytes it has; none when it is empty.
[[nodiscard]] Shown shake_hands(const std::filesystem::path& socket, const std::string& server_name);

}  // namespace livecert::edge
