#include "net/address_block.h"

#include <algorithm>
#include <charconv>

#include <boost/asio/ip/address.hpp>

namespace livecert::net {
namespace {

namespace ip = boost::asio::ip;

base::Error not_a_block(std::string_view text, const std::string& why) {
  return {base::ErrorCode::kConfiguration,
          "\"" + std::string(text) + "\" is no block of addresses such as 10.0.0.0/8 or 2001:db8::/32" + why};
}

base::Bytes bytes_of(const ip::address& address) {
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    return {bytes.begin(), bytes.end()};
  }
  const auto bytes = address.to_v6().to_bytes();
  return {bytes.begin(), bytes.end()};
}

}  // namespace

bool agree(base::ByteView a, base::ByteView b, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (!std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(whole), b.begin())) return false;
  const unsigned rest = bits % 8;
  return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

base::Result<AddressBlock> AddressBlock::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view host = text.substr(0, slash);
  boost::system::error_code failure;
  const ip::address address = ip::make_address(std::string(host), failure);
  if (failure || host.find('%') != std::string_view::npos) return not_a_block(text, "");
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return not_a_block(text, ": IPv4 addresses are written as such");
  }
  AddressBlock block{bytes_of(address), 0};
  const auto longest = static_cast<unsigned>(8 * block.prefix.size());
  block.bits = longest;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), block.bits);
    if (error != std::errc() || end != digits.data() + digits.size() || block.bits > longest) {
      return not_a_block(text, "");
    }
  }
  for (unsigned bit = block.bits; bit < longest; ++bit) {
    if ((block.prefix[bit / 8] >> (7 - bit % 8) & 1) != 0) {
      return not_a_block(text, ": the address has bits beyond the " + std::to_string(block.bits) + " of its prefix");
    }
  }
  return block;
}

bool AddressBlock::contains(base::ByteView address) const {
  return address.size() == prefix.size() && agree(prefix, address, bits);
}

}  // namespace livecert::net
