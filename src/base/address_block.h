#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace livecert::base {

// 4 or 16 bytes in network order; nullopt if the text is not a numeric address. An IPv4 address in the form of an IPv6
// one (::ffff:192.0.2.1), as dual-stack sockets report it, gives 4.
[[nodiscard]] std::optional<Bytes> parse_address(std::string_view text);

// A block of IPv4 or IPv6 addresses (RFC 4632 §3.1, RFC 4291 §2.3).
struct AddressBlock {
  Bytes prefix;  // as long as an address; zero beyond its bits
  unsigned bits = 0;

  // Reads "10.0.0.0/8", "2001:db8::/32", or one address. kConfiguration with one sentence for anything else, also for
  // bits after the prefix ("10.0.0.1/8"), because either part may be the mistake.
  [[nodiscard]] static Result<AddressBlock> parse(std::string_view text);
  // The inverse of parsing, always with the number of bits.
  [[nodiscard]] std::string to_string() const;
  // Takes 4 or 16 bytes in network order; false for an address of the other family.
  [[nodiscard]] bool contains(ByteView address) const;

  bool operator==(const AddressBlock&) const = default;
};

// Whether the first `bits` of both are equal; both must have that many.
[[nodiscard]] bool agree(ByteView a, ByteView b, unsigned bits);

}  // namespace livecert::base
