#pragma once

#include "base/bytes.h"

namespace livecert::net {

// Whether an IPv4 (4 bytes) or IPv6 (16 bytes) address, in network order, belongs to some host on the Internet at
// large: not loopback, link-local, private, shared, documentation, multicast or reserved (the IANA special-purpose
// registries, RFC 6890), and no IPv6 form that carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo), which
// would be a way round all that. False for any other length.
[[nodiscard]] bool is_public_address(base::ByteView address);

}  // namespace livecert::net
