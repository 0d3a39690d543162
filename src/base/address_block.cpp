#include "base/address_block.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <string>

namespace livecert::base {
namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<Bytes> parse_as(int family, std::size_t size, const std::string& text) {
  Bytes bytes(size);
  if (inet_pton(family, text.c_str(), bytes.data()) != 1) return std::nullopt;
  return bytes;
}

Error not_a_block(std::string_view text, const std::string& why = "") {
  return {ErrorCode::kConfiguration,
          "\"" + std::string(text) + "\" is no block of addresses such as 10.0.0.0/8 or 2001:db8::/32" + why};
}

}  // namespace

std::optional<Bytes> parse_address(std::string_view text) {
  constexpr std::size_t kLongest = 45;  // the longest numeric address
  if (text.size() > kLongest || text.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(text);
  if (auto address = parse_as(AF_INET, 4, terminated)) return address;
  auto address = parse_as(AF_INET6, 16, terminated);
  if (!address || !std::equal(kMapped.begin(), kMapped.end(), address->begin())) return address;
  return Bytes(address->end() - 4, address->end());
}

bool agree(ByteView a, ByteView b, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) return false;
  const unsigned rest = bits % 8;
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

Result<AddressBlock> AddressBlock::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  auto address = parse_address(host);
  if (!address) return not_a_block(text);
  // It is unclear whether the number of bits counts in the IPv4 or in the IPv6 address.
  if (address->size() == 4 && host.find(':') != std::string_view::npos) {
    return not_a_block(text, ": IPv4 addresses are written as such");
  }
  const auto longest = static_cast<unsigned>(8 * address->size());
  AddressBlock block{*std::move(address), longest};
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), block.bits);
    if (failure != std::errc() || end != digits.data() + digits.size() || block.bits > longest) {
      return not_a_block(text);
    }
  }
  for (unsigned bit = block.bits; bit < longest; ++bit) {
    if ((block.prefix[bit / 8] >> (7 - bit % 8) & 1) != 0) {
      return not_a_block(text, ": the address has bits beyond the " + std::to_string(block.bits) + " of its prefix");
    }
  }
  return block;
}

std::string AddressBlock::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(prefix.size() == 4 ? AF_INET : AF_INET6, prefix.data(), text.data(), text.size());
  return std::string(text.data()) + "/" + std::to_string(bits);
}

bool AddressBlock::contains(ByteView address) const {
  return address.size() == prefix.size() && agree(prefix, address, bits);
}

}  // namespace livecert::base
