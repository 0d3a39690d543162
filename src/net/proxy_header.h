#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <variant>

#include "base/bytes.h"

// The header in which a balancer names the client of a connection: HAProxy's PROXY protocol
// (https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt), versions 1 (text) and 2 (binary). Pure functions of
// bytes; the caller decides who may send such a header, and by when.
namespace livecert::net {

// The longest accepted header. The protocol allows version 2 up to 65,551 bytes; the additions of balancers to the
// addresses fit into a few hundred.
inline constexpr std::size_t kMaxProxyHeader = 4096;

struct ProxyHeader {
  std::size_t length = 0;  // of the header; the bytes after it belong to the connection
  // The client, 4 or 16 bytes in network order, never an IPv4-mapped IPv6 address. nullopt: the balancer speaks for
  // itself or does not know (UNKNOWN, UNSPEC, a Unix socket).
  std::optional<base::Bytes> source;
  bool passed_on = true;  // false: the balancer's own connection, such as a health check (LOCAL)
};

// Incomplete: every byte so far belongs to the header.
struct ProxyHeaderIncomplete {};

// Not a header, whatever follows; `why` is for the operator.
struct ProxyHeaderMalformed {
  std::string_view why;
};

using ProxyHeaderParse = std::variant<ProxyHeader, ProxyHeaderIncomplete, ProxyHeaderMalformed>;

// Reads a header at the beginning of `bytes`, strictly: canonical text in version 1; known commands and families,
// complete TLVs and a correct checksum (if there is one) in version 2. Reports kMalformed as early as possible, and
// never asks for more than kMaxProxyHeader bytes.
[[nodiscard]] ProxyHeaderParse parse_proxy_header(base::ByteView bytes);

}  // namespace livecert::net
