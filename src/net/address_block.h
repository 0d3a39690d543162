#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace livecert::net {

// A block of IPv4 or IPv6 addresses in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3).
struct AddressBlock {
  base::Bytes prefix;  // as long as an address, 4 or 16 bytes in network order; zero beyond its bits
  unsigned bits = 0;

  // "10.0.0.0/8", "2001:db8::/32", or one address. kConfiguration for anything else, also for bits beyond the prefix
  // ("10.0.0.1/8"), which would leave open which of the two is a slip.
  [[nodiscard]] static base::Result<AddressBlock> parse(std::string_view text);
  // Of an address of 4 or 16 bytes in network order; false for one of the other family.
  [[nodiscard]] bool contains(base::ByteView address) const;

  bool operator==(const AddressBlock&) const = default;
};

// Whether the first `bits` of both agree; both must have as many.
[[nodiscard]] bool agree(base::ByteView a, base::ByteView b, unsigned bits);

}  // namespace livecert::net
