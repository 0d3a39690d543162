#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "http/header_index.h"
#include "http/message.h"
#include "http/query_limit.h"
#include "http/uri.h"

namespace livecert::http {
namespace {

TEST(Headers, AreFoundInAnyCaseAndCounted) {
  Headers headers;
  headers.add("Host", "a");
  headers.add("HOST", "b");
  EXPECT_EQ(headers.find("host"), "a");
  EXPECT_EQ(headers.count("hOST"), 2U);
  EXPECT_FALSE(headers.find("Date"));
}

TEST(HeaderIndex, FindsTheFirstOfANameAndCountsThem) {
  Headers headers;
  headers.add("Host", "a");
  headers.add("Accept", "c");
  headers.add("HOST", "b");
  const HeaderIndex index(headers);
  EXPECT_EQ(index.find("host").count, 2U);
  EXPECT_EQ(index.find("host").value, "a");
  EXPECT_EQ(index.find("accept").count, 1U);
  EXPECT_EQ(index.find("date").count, 0U);
  EXPECT_EQ(index.find("hos").value, "");
}

TEST(ParseTarget, TakesBothForms) {
  for (const std::string_view text :
       {"/?Action=CreateCert&Version=2023-01-01", "http://live.example/?Action=CreateCert&Version=2023-01-01",
        "HTTPS://[::1]:8443?Action=CreateCert&Version=2023-01-01"}) {
    const auto target = parse_target(text);
    ASSERT_TRUE(target) << text;
    EXPECT_EQ(target->path, "/");
    EXPECT_EQ(find_parameter(target->query, "Action"), "CreateCert");
    EXPECT_EQ(find_parameter(target->query, "Version"), "2023-01-01");
  }
}

TEST(ParseTarget, DecodesPlusAndPercentAndKeepsNamesWithoutValue) {
  const auto target = parse_target("/p?a+b=c%20d%2B&flag&x==&&y=");
  ASSERT_TRUE(target);
  const QueryParameters expected{{"a b", "c d+"}, {"flag", ""}, {"x", "="}, {"y", ""}};
  EXPECT_EQ(target->query, expected);
}

TEST(ParseTarget, RefusesWhatIsNeitherForm) {
  for (const std::string_view text :
       {"", "*", "example.com:443", "ftp://x/", "http:///", "/?a=%", "/?a=%4", "/?a=%zz", "/\x01", "/\xff", "/a b"}) {
    EXPECT_FALSE(parse_target(text)) << text;
  }
}

TEST(ParseTarget, TakesAsManyParametersAsItSaysAndNoMore) {
  std::string target = "/?a";
  for (std::size_t i = 1; i < kMostQueryParameters; ++i) target += "&a";
  EXPECT_EQ(parse_target(target).value().query.size(), kMostQueryParameters);
  EXPECT_FALSE(parse_target(target + "&a").has_value());
}

TEST(PercentEncode, EncodesAllButUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-_.~ +/=*%\xe8\xaf\x81"), "aZ09-_.~%20%2B%2F%3D%2A%25%E8%AF%81");
}

template <typename Text>
concept Splits = requires(Text&& text) { split_host(std::forward<Text>(text)); };
static_assert(Splits<const std::string&> && Splits<const char*> && !Splits<std::string>, "its parts would dangle");

TEST(SplitHost, KeepsTheLiteralsBrackets) {
  EXPECT_EQ(split_host("[::1]:18140").host, "[::1]");
  EXPECT_EQ(split_host("[::1]:18140").port, "18140");
  EXPECT_EQ(split_host("[::1]").port, "");
  EXPECT_EQ(split_host("live.example:80").host, "live.example");
  EXPECT_EQ(split_host("live.example").host, "live.example");
}

}  // namespace
}  // namespace livecert::http
