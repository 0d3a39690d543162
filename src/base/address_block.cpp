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

bool has_bit(ByteView bytes, unsigned bit) {
  return (bytes[bit / 8] >> (7 - bit % 8) & 1) != 0;
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

std::optional<AddressBlock> AddressBlock::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  auto address = parse_address(host);
  // Of an IPv4 address written as an IPv6 one nobody can tell which of the two the number of bits is meant for.
  if (!address || (address->size() == 4 && host.find(':') != std::string_view::npos)) return std::nullopt;
  const auto longest = static_cast<unsigned>(8 * address->size());
  AddressBlock block{*std::move(address), longest};
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), block.bits);
    if (failure != std::errc() || end != digits.data() + digits.size() || block.bits > longest) return std::nullopt;
  }
  for (unsigned bit = block.bits; bit < longest; ++bit) {
    if (has_bit(block.prefix, bit)) return std::nullopt;
  }
  return block;
}

bool AddressBlock::contains(ByteView address) const {
  if (address.size() != prefix.size()) return false;
  for (unsigned bit = 0; bit < bits; ++bit) {
    if (has_bit(address, bit) != has_bit(prefix, bit)) return false;
  }
  return true;
}

}  // namespace livecert::base
