#pragma once

#include "base/bytes.h"

namespace livecert::outgoing {

// Whether an IPv4 (4 bytes) or IPv6 (16 bytes) address, in network order, belongs to a public host on the Internet: not
// loopback, link-local, private, shared, documentation, multicast or reserved (the IANA special-purpose registries, RFC
// 6890), and not an IPv6 form with an IPv4 address inside (mapped, NAT64, 6to4, Teredo), which would bypass these
// rules. False for any other length.
[[nodiscard]] bool is_public_address(base::ByteView address);

}  // namespace livecert::outgoing
