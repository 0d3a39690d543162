#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace livecert::net {

// A numeric address and a port to listen on; port 0 lets the system choose.
struct Endpoint {
  std::string address;  // without the brackets of an IPv6 literal
  std::uint16_t port = 0;

  // "127.0.0.1:8080" or "[::1]:0". kConfiguration for anything else; host names are not looked up.
  [[nodiscard]] static base::Result<Endpoint> parse(std::string_view text);
  // The inverse of parsing.
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] bool is_loopback() const;

  bool operator==(const Endpoint&) const = default;
};

}  // namespace livecert::net
