#include "net/proxy_header.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "net/support.h"

namespace livecert::net {
namespace {

using test::proxy_v2;
using namespace std::string_literals;

ProxyHeaderParse parse(std::string_view text) {
  return parse_proxy_header(base::as_bytes(text));
}

// The result, in a form that can be compared: "incomplete", "malformed", "own", "unknown" or the source in hex; then
// its length.
std::string outcome(std::string_view text) {
  const ProxyHeaderParse parsed = parse(text);
  if (std::holds_alternative<ProxyHeaderIncomplete>(parsed)) return "incomplete";
  if (std::holds_alternative<ProxyHeaderMalformed>(parsed)) return "malformed";
  const auto& header = std::get<ProxyHeader>(parsed);
  std::string shown = header.passed_on ? "unknown" : "own";
  if (header.source) shown = base::to_hex(*header.source);
  return shown + " " + std::to_string(header.length);
}

// Puts these four bytes at the end of the header.
std::string with_checksum(std::string header, std::array<unsigned char, 4> checksum) {
  return header.replace(header.size() - 4, 4, std::string(checksum.begin(), checksum.end()));
}

TEST(ProxyHeader, ReadsTheTextForm) {
  EXPECT_EQ(outcome("PROXY TCP4 203.0.113.7 192.0.2.1 56324 443\r\nGET /"), "cb007107 44");
  EXPECT_EQ(outcome("PROXY TCP6 2001:db8::7 2001:db8::1 0 65535\r\n"), "20010db8000000000000000000000007 44");
  EXPECT_EQ(outcome("PROXY UNKNOWN\r\n"), "unknown 15");
  EXPECT_EQ(outcome("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\nx"), "unknown 59");
}

TEST(ProxyHeader, TakesAMappedAddressForTheIpv4AddressThatItIs) {
  EXPECT_EQ(outcome("PROXY TCP6 ::ffff:203.0.113.7 ::1 1 2\r\n"), "cb007107 39");
}

TEST(ProxyHeader, RefusesEveryOtherText) {
  for (const std::string& text : {
           "GET / HTTP/1.1\r\n"s,
           "proxy TCP4 203.0.113.7 192.0.2.1 1 2\r\n"s,
           "PROXY  TCP4 203.0.113.7 192.0.2.1 1 2\r\n"s,
           "PROXY TCP5 203.0.113.7 192.0.2.1 1 2\r\n"s,
           "PROXY UNKNOWNS\r\n"s,
           "PROXY TCP4\r\n"s,
           "PROXY \r\n"s,
           "PROXY TCP4 203.0.113.7 192.0.2.1 1\r\n"s,
           "PROXY TCP4 203.0.113.7 192.0.2.1 1 2 3\r\n"s,
           "PROXY TCP4 203.0.113.7 192.0.2.1 1 2 \r\n"s,
           "PROXY TCP4 203.0.113.7  192.0.2.1 1 2\r\n"s,
           "PROXY TCP4 203.0.113.007 192.0.2.1 1 2\r\n"s,
           "PROXY TCP4 203.0.113 192.0.2.1 1 2\r\n"s,
           "PROXY TCP4 203.0.113.7\t192.0.2.1 1 2\r\n"s,
           "PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n"s,
           "PROXY TCP6 203.0.113.7 192.0.2.1 1 2\r\n"s,
           "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n"s,
           "PROXY TCP4 203.0.113.7 localhost 1 2\r\n"s,
           "PROXY TCP4 203.0.113.7 192.0.2.1 65536 2\r\n"s,
           "PROXY TCP4 203.0.113.7 192.0.2.1 01 2\r\n"s,
           "PROXY TCP4 203.0.113.7 192.0.2.1 +1 2\r\n"s,
           "PROXY TCP4 203.0.113.7 192.0.2.1 1 -2\r\n"s,
           "PROXY TCP4 203.0.113.7 192.0.2.1 1 2\n"s,
           "PROXY TCP4 203.0.113.7 192.0.2.1 1 2\rX"s,
           "PROXY TCP4 203.0.113.7\0 192.0.2.1 1 2\r\n"s,
           "PROXY UNKNOWN "s + std::string(92, 'x') + "\r\n"s,
           "PROXY UNKNOWN "s + std::string(93, 'x'),
       }) {
    EXPECT_EQ(outcome(text), "malformed") << text;
  }
  EXPECT_EQ(outcome("PROXY UNKNOWN "s + std::string(91, 'x') + "\r\n"s), "unknown 107");
}

TEST(ProxyHeader, ReadsTheBinaryForm) {
  EXPECT_EQ(outcome(proxy_v2("\x21\x11", "\xcb\x00\x71\x07\xc0\x00\x02\x01\x12\x34\x01\xbb"s) + "GET"), "cb007107 28");
  const std::string v6 = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x07"s + std::string(20, '\0');
  EXPECT_EQ(outcome(proxy_v2("\x21\x21", v6)), "20010db8000000000000000000000007 52");
  const std::string mapped = std::string(10, '\0') + "\xff\xff\xcb\x00\x71\x07"s + std::string(20, '\0');
  EXPECT_EQ(outcome(proxy_v2("\x21\x21", mapped)), "cb007107 52");
}

TEST(ProxyHeader, LeavesTheBalancersOwnAddressWhereItNamesNoOther) {
  EXPECT_EQ(outcome(proxy_v2("\x20\x00"s, "")), "own 16");
  EXPECT_EQ(outcome(proxy_v2("\x20\x11"s, "\xcb\x00\x71\x07\xc0\x00\x02\x01\x12\x34\x01\xbb"s)), "own 28");
  EXPECT_EQ(outcome(proxy_v2("\x21\x00"s, "whatever")), "unknown 24");
  EXPECT_EQ(outcome(proxy_v2("\x21\x31", std::string(216, '\0'))), "unknown 232");
}

TEST(ProxyHeader, SkipsWhatFollowsTheAddressesIfItIsWhole) {
  const std::string addresses = "\xcb\x00\x71\x07\xc0\x00\x02\x01\x12\x34\x01\xbb"s;
  EXPECT_EQ(outcome(proxy_v2("\x21\x11", addresses + "\x02\x00\x04host\x04\x00\x00"s)), "cb007107 38");
  EXPECT_EQ(outcome(proxy_v2("\x21\x11", addresses + "\x02\x00\x05host"s)), "malformed");
  EXPECT_EQ(outcome(proxy_v2("\x21\x11", addresses + "\x02\x00"s)), "malformed");
}

TEST(ProxyHeader, LooksAtTheChecksumWhereThereIsOne) {
  const std::string addresses = "\xcb\x00\x71\x07\xc0\x00\x02\x01\x12\x34\x01\xbb"s;
  const std::string header = proxy_v2("\x21\x11", addresses + "\x03\x00\x04????"s);
  EXPECT_EQ(outcome(with_checksum(header, {0x0e, 0xe7, 0xc7, 0x17})), "cb007107 35");
  EXPECT_EQ(outcome(header), "malformed");
  EXPECT_EQ(outcome(proxy_v2("\x21\x11", addresses + "\x03\x00\x03???"s)), "malformed");
}

TEST(ProxyHeader, RefusesEveryOtherBinaryForm) {
  const std::string addresses(36, '\1');
  for (const std::string& commands : {"\x11\x11"s, "\x22\x11"s, "\x2f\x11"s, "\x21\x10"s, "\x21\x12"s, "\x21\x22"s,
                                      "\x21\x32"s, "\x21\x41"s, "\x21\x13"s, "\x21\x01"s}) {
    EXPECT_EQ(outcome(proxy_v2(commands, addresses)), "malformed") << base::to_hex(base::as_bytes(commands));
  }
  EXPECT_EQ(outcome(proxy_v2("\x21\x11", std::string(11, '\1'))), "malformed");
  EXPECT_EQ(outcome(proxy_v2("\x21\x21", std::string(35, '\1'))), "malformed");
  EXPECT_EQ(outcome(proxy_v2("\x21\x31", std::string(215, '\1'))), "malformed");
  EXPECT_EQ(outcome("\r\n\r\n\0\r\nQUIX"s), "malformed");
  // Too long to be read, which shows before its bytes have come.
  EXPECT_EQ(outcome("\r\n\r\n\0\r\nQUIT\n\x21\x11\x0f\xf1"s), "malformed");
  EXPECT_EQ(outcome("\r\n\r\n\0\r\nQUIT\n\x21\x11\x0f\xf0"s), "incomplete");
}

// Nothing is decided before the header is whole, however its bytes arrive, and the bytes after it change nothing.
TEST(ProxyHeader, EveryBeginningOfAHeaderIsIncomplete) {
  const std::string addresses = "\xcb\x00\x71\x07\xc0\x00\x02\x01\x12\x34\x01\xbb"s;
  for (const std::string& header :
       {"PROXY TCP4 203.0.113.7 192.0.2.1 56324 443\r\n"s, "PROXY UNKNOWN\r\n"s, proxy_v2("\x21\x11", addresses),
        proxy_v2("\x20\x00"s, ""), proxy_v2("\x21\x11", addresses + "\x02\x00\x04host"s)}) {
    const std::string whole = outcome(header);
    for (std::size_t length = 0; length < header.size(); ++length) {
      EXPECT_EQ(outcome(header.substr(0, length)), "incomplete") << length;
    }
    EXPECT_EQ(outcome(header + "\r\nanything"), whole);
  }
}

}  // namespace
}  // namespace livecert::net
