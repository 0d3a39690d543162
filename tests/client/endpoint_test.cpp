#include "client/endpoint.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livecert::client {
namespace {

TEST(Endpoint, IsTakenApart) {
  const auto origin = parse_endpoint("http://127.0.0.1:8080/");
  ASSERT_TRUE(origin.has_value());
  EXPECT_EQ(origin->url, "http://127.0.0.1:8080");
  EXPECT_EQ(origin->host, "127.0.0.1:8080");
  EXPECT_FALSE(origin->is_https);
  EXPECT_TRUE(origin->names_loopback);
  EXPECT_EQ(parse_endpoint("https://live.example:443")->host, "live.example");
  EXPECT_TRUE(parse_endpoint("https://live.example:443")->is_https);
  EXPECT_EQ(parse_endpoint("http://live.example:443")->host, "live.example:443");
}

TEST(Endpoint, IsRefusedWithMoreOrLessThanAnAuthority) {
  for (const std::string url :
       {"", "localhost", "ftp://localhost", "HTTP://localhost", "http://", "http://a/b", "http://a?b", "http://a#b",
        "http://localhost:80@192.0.2.1", "http://localhost 192.0.2.1"}) {
    EXPECT_FALSE(parse_endpoint(url).has_value()) << url;
  }
}

TEST(Endpoint, NamesLoopbackOnlyWhereNothingHasToBeLookedUp) {
  for (const std::string host : {"localhost", "LocalHost", "localhost:80", "127.0.0.1", "127.255.0.9:8080", "[::1]",
                                 "[::1]:8080", "[::ffff:127.0.0.1]"}) {
    EXPECT_TRUE(parse_endpoint("http://" + host)->names_loopback) << host;
  }
  for (const std::string host :
       {"localhost.example", "a.localhost", "localhost.", "127.1", "2130706433", "0.0.0.0", "128.0.0.1", "192.0.2.1",
        "10.127.0.1", "[::]", "[::2]", "[::ffff:192.0.2.1]", "[fe80::1]", "::1"}) {
    EXPECT_FALSE(parse_endpoint("http://" + host)->names_loopback) << host;
  }
}

TEST(Endpoint, KnowsLoopbackAddresses) {
  const auto v4 = [](const char* text) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    EXPECT_EQ(::inet_pton(AF_INET, text, &address.sin_addr), 1);
    return is_loopback(reinterpret_cast<const sockaddr&>(address));
  };
  const auto v6 = [](const char* text) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    EXPECT_EQ(::inet_pton(AF_INET6, text, &address.sin6_addr), 1);
    return is_loopback(reinterpret_cast<const sockaddr&>(address));
  };
  EXPECT_TRUE(v4("127.0.0.1"));
  EXPECT_TRUE(v4("127.200.0.1"));
  EXPECT_FALSE(v4("0.0.0.0"));
  EXPECT_FALSE(v4("192.0.2.1"));
  EXPECT_TRUE(v6("::1"));
  EXPECT_TRUE(v6("::ffff:127.0.0.1"));
  EXPECT_FALSE(v6("::"));
  EXPECT_FALSE(v6("::ffff:192.0.2.1"));
  EXPECT_FALSE(v6("::127.0.0.1"));
  sockaddr other{};
  other.sa_family = AF_UNIX;
  EXPECT_FALSE(is_loopback(other));
}

}  // namespace
}  // namespace livecert::client
