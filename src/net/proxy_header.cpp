#include "net/proxy_header.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <sys/socket.h>

#include <boost/crc.hpp>

namespace livecert::net {
namespace {

constexpr std::size_t kMaxTextHeader = 107;  // with its CRLF
constexpr std::string_view kTextStart = "PROXY ";
constexpr std::array<std::uint8_t, 12> kSignature{'\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'};
constexpr std::size_t kFixedPart = 16;  // signature, command, family, length
constexpr std::size_t kIpv4Block = 12;
constexpr std::size_t kIpv6Block = 36;
constexpr std::size_t kUnixBlock = 216;
constexpr std::size_t kTlvHead = 3;
constexpr std::uint8_t kChecksumType = 0x03;
constexpr std::size_t kChecksumSize = 4;

ProxyHeaderMalformed malformed(std::string_view why) {
  return {why};
}

// Whether one of them is the beginning of the other.
bool agree_so_far(base::ByteView bytes, base::ByteView whole) {
  const std::size_t common = std::min(bytes.size(), whole.size());
  return std::equal(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(common), bytes.begin());
}

// An IPv4 client that came to an IPv6 listener of the balancer is its IPv4 address.
base::Bytes unmapped(base::ByteView address) {
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const bool is_mapped = address.size() == 16 && agree_so_far(address.first(kMapped.size()), kMapped);
  return base::to_bytes(is_mapped ? address.subspan(kMapped.size()) : address);
}

// Version 1.

std::optional<base::Bytes> parse_address(std::string_view text, bool is_v6) {
  base::Bytes address(is_v6 ? 16 : 4);
  if (::inet_pton(is_v6 ? AF_INET6 : AF_INET, std::string(text).c_str(), address.data()) != 1) return std::nullopt;
  return address;
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool is_padded = text.size() > 1 && text.front() == '0';
  return error == std::errc() && end == text.data() + text.size() && !is_padded;
}

// Takes the text before the next single space, or all of it.
std::string_view take_word(std::string_view& rest) {
  const std::size_t space = rest.find(' ');
  const std::string_view word = rest.substr(0, space);
  rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
  return word;
}

// The line between "PROXY " and CRLF.
ProxyHeaderParse parse_line(std::string_view line, std::size_t length) {
  const std::string_view all = line;
  const std::string_view protocol = take_word(line);
  if (protocol == "UNKNOWN") return ProxyHeader{length, std::nullopt, true};  // the rest of the line has no meaning
  if (protocol != "TCP4" && protocol != "TCP6") return malformed("the protocol must be TCP4, TCP6 or UNKNOWN");
  if (std::ranges::count(all, ' ') != 4) return malformed("the line has not two addresses and two ports");
  const bool is_v6 = protocol == "TCP6";
  const auto source = parse_address(take_word(line), is_v6);
  const auto destination = parse_address(take_word(line), is_v6);
  if (!source || !destination) return malformed("an address is not of its protocol");
  const std::string_view source_port = take_word(line);
  if (!is_port(source_port) || !is_port(line)) return malformed("a port is no number from 0 to 65535");
  return ProxyHeader{length, unmapped(*source), true};
}

ProxyHeaderParse parse_text(std::string_view text) {
  if (!agree_so_far(base::as_bytes(text), base::as_bytes(kTextStart))) return malformed("it does not begin with one");
  const std::size_t end = text.find('\r');
  const std::string_view line = text.substr(0, end);
  if (!std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; })) {
    return malformed("the line holds a character that is not printable");
  }
  const bool has_cr = end != std::string_view::npos;
  if (has_cr && end + 1 < text.size() && text[end + 1] != '\n') return malformed("the line does not end in CRLF");
  const bool is_whole = has_cr && end + 1 < text.size();
  if ((is_whole ? end + 2 : text.size() + 1) > kMaxTextHeader) return malformed("the line is too long");
  if (!is_whole) return ProxyHeaderIncomplete();
  return parse_line(line.substr(kTextStart.size()), end + 2);
}

// Version 2.

std::size_t read_uint16(base::ByteView bytes) {
  return std::size_t{bytes[0]} << 8U | bytes[1];
}

// Whether the CRC-32C (RFC 3720 appendix B.4) is right. It is computed with zeroes in place of the checksum itself.
bool has_checksum(base::ByteView header, std::size_t at) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  const std::array<std::uint8_t, kChecksumSize> zeroes{};
  crc.process_bytes(header.data(), at);
  crc.process_bytes(zeroes.data(), zeroes.size());
  crc.process_bytes(header.data() + at + kChecksumSize, header.size() - at - kChecksumSize);
  const std::size_t expected = read_uint16(header.subspan(at)) << 16U | read_uint16(header.subspan(at + 2));
  return crc.checksum() == expected;
}

// Returns the fault of the TLVs from `at` to the header's end; empty if there is none.
std::string_view find_fault(base::ByteView header, std::size_t at) {
  while (at < header.size()) {
    if (header.size() - at < kTlvHead) return "a TLV is cut off";
    const std::uint8_t type = header[at];
    const std::size_t size = read_uint16(header.subspan(at + 1));
    at += kTlvHead;
    if (size > header.size() - at) return "a TLV is longer than the header";
    if (type == kChecksumType && (size != kChecksumSize || !has_checksum(header, at))) return "the checksum is wrong";
    at += size;
  }
  return {};
}

ProxyHeaderParse parse_proxied(base::ByteView header, std::size_t block, std::size_t address_size) {
  if (header.size() - kFixedPart < block) return malformed("the addresses are cut off");
  const std::string_view fault = find_fault(header, kFixedPart + block);
  if (!fault.empty()) return malformed(fault);
  if (address_size == 0) return ProxyHeader{header.size(), std::nullopt, true};
  return ProxyHeader{header.size(), unmapped(header.subspan(kFixedPart, address_size)), true};
}

ProxyHeaderParse parse_binary(base::ByteView bytes) {
  if (!agree_so_far(bytes, kSignature)) return malformed("it does not begin with one");
  constexpr std::uint8_t kLocal = 0x20;
  constexpr std::uint8_t kProxy = 0x21;
  if (bytes.size() > 12 && bytes[12] != kLocal && bytes[12] != kProxy)
    return malformed("an unknown version or command");
  if (bytes.size() < kFixedPart) return ProxyHeaderIncomplete();
  const std::size_t length = kFixedPart + read_uint16(bytes.subspan(14));
  if (length > kMaxProxyHeader) return malformed("it is too long");
  if (bytes.size() < length) return ProxyHeaderIncomplete();
  // This is the balancer's own connection: nothing after this byte counts, not even the family.
  if (bytes[12] == kLocal) return ProxyHeader{length, std::nullopt, false};
  const base::ByteView header = bytes.first(length);
  switch (bytes[13]) {
    case 0x00:
      return ProxyHeader{length, std::nullopt, true};
    case 0x11:
      return parse_proxied(header, kIpv4Block, 4);
    case 0x21:
      return parse_proxied(header, kIpv6Block, 16);
    case 0x31:
      return parse_proxied(header, kUnixBlock, 0);
    default:
      return malformed("an address family or transport other than TCP");
  }
}

}  // namespace

ProxyHeaderParse parse_proxy_header(base::ByteView bytes) {
  if (bytes.empty()) return ProxyHeaderIncomplete();
  return bytes.front() == kSignature.front() ? parse_binary(bytes) : parse_text(base::as_text(bytes));
}

}  // namespace livecert::net
