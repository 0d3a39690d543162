#include "base/address_block.h"

#include <gtest/gtest.h>

namespace livecert::base {
namespace {

bool is_in(std::string_view block, std::string_view address) {
  return AddressBlock::parse(block).value().contains(parse_address(address).value());
}

TEST(ParseAddress, TakesNumericAddressesAlone) {
  EXPECT_EQ(parse_address("192.0.2.7"), (Bytes{192, 0, 2, 7}));
  EXPECT_EQ(parse_address("::ffff:192.0.2.7"), parse_address("192.0.2.7"));
  EXPECT_EQ(parse_address("2001:db8::1").value().size(), 16U);
  for (const std::string_view text :
       {std::string_view(""), std::string_view("localhost"), std::string_view("192.0.2"),
        std::string_view("192.0.2.7 "), std::string_view("192.0.2.07"), std::string_view("fe80::1%lo"),
        std::string_view("[::1]"), std::string_view("192.0.2.7\0x", 11)}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

TEST(AddressBlock, HoldsTheAddressesOfItsPrefix) {
  EXPECT_TRUE(is_in("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(is_in("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(is_in("192.0.2.128/25", "192.0.2.255"));
  EXPECT_FALSE(is_in("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(is_in("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(is_in("192.0.2.7", "192.0.2.6"));
  EXPECT_TRUE(is_in("0.0.0.0/0", "255.1.2.3"));
  EXPECT_FALSE(is_in("0.0.0.0/0", "::1"));
  EXPECT_FALSE(is_in("::/0", "127.0.0.1"));
  EXPECT_TRUE(is_in("::1", "::1"));
  EXPECT_FALSE(is_in("2001:db8::/32", "32.1.13.184"));
  EXPECT_TRUE(is_in("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(is_in("2001:db8::/33", "2001:db8:8000::1"));
}

TEST(AddressBlock, IsWrittenAsItIsRead) {
  for (const char* const text : {"10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32", "::1/128"}) {
    EXPECT_EQ(AddressBlock::parse(text)->to_string(), text);
  }
  EXPECT_EQ(AddressBlock::parse("192.0.2.7")->to_string(), "192.0.2.7/32");
}

TEST(AddressBlock, LeavesNothingOpen) {
  for (const char* text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8 ", "10.0.0.1/8", "10.0.0.0/8/8",
        "10.0.0.0/0x8", "2001:db8::/129", "2001:db8::1/32", "::ffff:10.0.0.0/104", "::ffff:10.0.0.0",
        "10.0.0.0/99999999999", "10/8", "localhost", "fe80::1%lo/128", "[::1]/128"}) {
    const auto parsed = AddressBlock::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kConfiguration);
  }
}

}  // namespace
}  // namespace livecert::base
