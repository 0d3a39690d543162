#pragma once

#include <cstdint>
#include <string_view>

namespace livecert::x509 {

enum class DnsNameState : std::uint8_t { kGood, kMalformed, kBroadWildcard };

// A DNS name of a certificate (RFC 5280 §4.2.1.6, RFC 6125 §6.4.3): labels of letters, digits, hyphens and underscores,
// in ASCII; "*" only as the whole first label, with at least two labels after it.
[[nodiscard]] DnsNameState judge_dns_name(std::string_view name);

// Whether the text is an IPv4 or IPv6 address.
[[nodiscard]] bool is_address(std::string_view text);

}  // namespace livecert::x509
