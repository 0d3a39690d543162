#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>

#include "base/bytes.h"

// The header by which a balancer says whose connection it passes on: HAProxy's PROXY protocol
// (https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt), versions 1 (text) and 2 (binary). Pure functions of
// bytes; who may send such a header, and by when, is for the caller.
namespace livecert::net {

// The longest header that is read. The protocol allows version 2 up to 65,551 bytes; what balancers append to the
// addresses fits into a few hundred.
inline constexpr std::size_t kMaxProxyHeader = 4096;

struct ProxyHeader {
  std::size_t length = 0;  // of the header; what follows belongs to the connection
  // Whose connection it is, 4 or 16 bytes in network order, never an IPv4-mapped IPv6 address. nullopt: the balancer
  // speaks for itself or does not know (UNKNOWN, UNSPEC, a Unix socket).
  std::optional<base::Bytes> source;
  bool passed_on = true;  // false: the balancer's own connection, such as a health check (LOCAL)
};

// Not whole yet: every byte so far belongs to the header.
struct ProxyHeaderIncomplete {};

// No header, whatever may follow; `why` is for the operator.
struct ProxyHeaderMalformed {
  std::string_view why;
};

using ProxyHeaderParse = std::variant<ProxyHeader, ProxyHeaderIncomplete, ProxyHeaderMalformed>;

// Reads a header at the beginning of `bytes`, strictly: canonical text in version 1; known commands and families, whole
// TLVs and a right checksum (where there is one) in version 2. Says kMalformed as early as it can tell, and never asks
// for more than kMaxProxyHeader bytes.
[[nodiscard]] ProxyHeaderParse parse_proxy_header(base::ByteView bytes);

}  // namespace livecert::net
