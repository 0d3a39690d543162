#include "outgoing/fetcher.h"

#include <arpa/inet.h>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "http/uri.h"
#include "net/support.h"
#include "outgoing/process.h"
#include "outgoing/public_address.h"
#include "outgoing/transfer.h"

namespace livecert::outgoing::test {
namespace {

using base::ErrorCode;
using std::chrono::milliseconds;

base::Bytes address_bytes(const char* text) {
  const bool is_v6 = std::string_view(text).find(':') != std::string_view::npos;
  base::Bytes bytes(is_v6 ? 16 : 4);
  EXPECT_EQ(::inet_pton(is_v6 ? AF_INET6 : AF_INET, text, bytes.data()), 1) << text;
  return bytes;
}

TEST(IsPublicAddress, RefusesEverySpecialBlockAtItsEdges) {
  for (const char* text : {"0.0.0.0",
                           "0.255.255.255",
                           "10.0.0.0",
                           "10.255.255.255",
                           "100.64.0.0",
                           "100.127.255.255",
                           "127.0.0.1",
                           "127.255.255.255",
                           "169.254.0.0",
                           "169.254.169.254",
                           "172.16.0.0",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.0.0",
                           "192.168.255.255",
                           "198.18.0.0",
                           "198.19.255.255",
                           "198.51.100.1",
                           "203.0.113.255",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::1",
                           "::ffff:8.8.8.8",
                           "::ffff:127.0.0.1",
                           "::8.8.8.8",
                           "64:ff9b::8.8.8.8",
                           "64:ff9b:1::1",
                           "100::1",
                           "2001::1",
                           "2001:1ff::1",
                           "2001:db8::1",
                           "2002:0808:0808::1",
                           "3fff::1",
                           "3fff:fff::1",
                           "4000::1",
                           "5f00::1",
                           "fc00::1",
                           "fd00::1",
                           "fe80::1",
                           "fec0::1",
                           "ff02::1",
                           "ffff::1"}) {
    EXPECT_FALSE(is_public_address(address_bytes(text))) << text;
  }
  EXPECT_FALSE(is_public_address({}));
}

TEST(IsPublicAddress, AllowsWhatLiesBesideThem) {
  for (const char* text :
       {"1.0.0.0",         "9.255.255.255",   "11.0.0.0",       "100.63.255.255",  "100.128.0.0",     "126.255.255.255",
        "128.0.0.0",       "169.253.255.255", "169.255.0.0",    "172.15.255.255",  "172.32.0.0",      "192.0.1.0",
        "192.167.255.255", "192.169.0.0",     "198.17.255.255", "198.20.0.0",      "223.255.255.255", "2001:200::1",
        "2001:db7::1",     "2001:db9::1",     "2003::1",        "2606:4700::1111", "3ffe::1"}) {
    EXPECT_TRUE(is_public_address(address_bytes(text))) << text;
  }
}

// Where a fetch is made: in this process, and in the process for outgoing calls, as the service has it made.
enum class Place { kHere, kProcess };

class FetcherTest : public testing::TestWithParam<Place> {
 protected:
  FetcherTest() {
    if (GetParam() == Place::kProcess) process_ = std::make_unique<Process>();
  }
  [[nodiscard]] Fetcher fetcher_of(FetchPolicy policy) const {
    return {std::move(policy), process_ ? process_->fetcher() : FetchOnce(fetch_here)};
  }
  [[nodiscard]] std::string url(const std::string& target) const {
    return "http://" + toy.server->addresses().http->to_string() + target;
  }
  [[nodiscard]] FetchPolicy local_policy() const {
    FetchPolicy policy;
    policy.allow_private_addresses = true;
    policy.ports = {toy.server->addresses().http->port};
    policy.max_bytes = 1000;
    return policy;
  }
  static ErrorCode error_of(const base::Result<base::Bytes>& result) {
    EXPECT_FALSE(result.has_value());
    return result ? ErrorCode::kInternal : result.error().code;
  }

  static constexpr milliseconds kAmple{10'000};
  net::test::ToyServer toy;

 private:
  std::unique_ptr<Process> process_;
};

INSTANTIATE_TEST_SUITE_P(Places, FetcherTest, testing::Values(Place::kHere, Place::kProcess),
                         [](const auto& place) { return place.param == Place::kHere ? "Here" : "InTheProcess"; });

TEST_P(FetcherTest, FetchesAndFollowsRedirects) {
  const Fetcher fetcher = fetcher_of(local_policy());
  for (const std::string& target : {std::string("/large?bytes=1000"), std::string("/redirect?to=/large?bytes%3D1000"),
                                    "/redirect?to=" + http::percent_encode(url("/redirect?to=/large?bytes%3D1000"))}) {
    const auto fetched = fetcher.get(url(target), kAmple);
    ASSERT_TRUE(fetched) << fetched.error().message;
    EXPECT_EQ(fetched->size(), 1000U);
  }
}

TEST_P(FetcherTest, MakesNoMoreRequestsThanItMayRedirectsIncluded) {
  const Fetcher fetcher = fetcher_of(local_policy());
  const std::string twice = url("/redirect?to=" + http::percent_encode(url("/redirect?to=/large?bytes%3D9")));
  std::size_t left = 7;
  EXPECT_TRUE(fetcher.get(twice, kAmple, left));
  EXPECT_EQ(left, 4U);
  left = 2;
  const int before = toy.handler.entered();
  EXPECT_EQ(error_of(fetcher.get(twice, kAmple, left)), ErrorCode::kUpstreamFailure);
  EXPECT_EQ(left, 0U);
  EXPECT_EQ(toy.handler.entered(), before + 2);
  EXPECT_EQ(error_of(fetcher.get(url("/"), kAmple, left)), ErrorCode::kUpstreamFailure);
  EXPECT_EQ(toy.handler.entered(), before + 2);
}

TEST_P(FetcherTest, RefusesAnswersThatAreNoUse) {
  const Fetcher fetcher = fetcher_of(local_policy());
  EXPECT_EQ(error_of(fetcher.get(url("/status?code=404"), kAmple)), ErrorCode::kUpstreamBadAnswer);
  EXPECT_EQ(error_of(fetcher.get(url("/status?code=302"), kAmple)), ErrorCode::kUpstreamBadAnswer);
  EXPECT_EQ(error_of(fetcher.get(url("/large?bytes=1001"), kAmple)), ErrorCode::kUpstreamBadAnswer);
  EXPECT_EQ(error_of(fetcher.get(url("/pieces?count=1000"), kAmple)), ErrorCode::kUpstreamBadAnswer);
  EXPECT_EQ(error_of(fetcher.get(url("/pieces?count=2&fail=1"), kAmple)), ErrorCode::kUpstreamBadAnswer);
  EXPECT_EQ(error_of(fetcher.get(url("/redirect?to=/redirect-loop"), kAmple)), ErrorCode::kUpstreamBadAnswer);
}

TEST_P(FetcherTest, GivesUpWhenTheTimeIsOver) {
  const Fetcher fetcher = fetcher_of(local_policy());
  EXPECT_EQ(error_of(fetcher.get(url("/hold"), milliseconds(50))), ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(error_of(fetcher.get(url("/"), milliseconds(0))), ErrorCode::kDeadlineExceeded);
  FetchPolicy hasty = local_policy();
  hasty.timeout = milliseconds(50);
  EXPECT_EQ(error_of(fetcher_of(hasty).get(url("/hold"), kAmple)), ErrorCode::kDeadlineExceeded);
}

TEST_P(FetcherTest, ConnectsToNoAddressThatIsNotPublic) {
  FetchPolicy policy = local_policy();
  policy.allow_private_addresses = false;
  const Fetcher fetcher = fetcher_of(policy);
  const std::string port = std::to_string(toy.server->addresses().http->port);
  for (const std::string host :
       {"127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"}) {
    const auto fetched = fetcher.get("http://" + host + ":" + port + "/", kAmple);
    ASSERT_EQ(error_of(fetched), ErrorCode::kUpstreamFailure) << host;
    EXPECT_NE(fetched.error().message.find("not a public one"), std::string::npos) << fetched.error().message;
  }
  EXPECT_EQ(toy.server->connections(), 0U);
}

TEST_P(FetcherTest, ChecksEveryRedirectLikeTheFirstUrl) {
  const Fetcher fetcher = fetcher_of(local_policy());
  for (const std::string target : {"http://127.0.0.1:1/", "http://127.0.0.1/", "https://127.0.0.1/",
                                   "file:///etc/hostname", "ldap://127.0.0.1/", "http://user@127.0.0.1/"}) {
    EXPECT_EQ(error_of(fetcher.get(target, kAmple)), ErrorCode::kUpstreamFailure) << target;
    const auto redirected = fetcher.get(url("/redirect?to=" + http::percent_encode(target)), kAmple);
    EXPECT_EQ(error_of(redirected), ErrorCode::kUpstreamFailure) << target;
  }
}

TEST_P(FetcherTest, SaysWhenNobodyListens) {
  FetchPolicy policy = local_policy();
  const std::string gone = url("/");
  toy.server->drain(milliseconds(0));
  EXPECT_EQ(error_of(fetcher_of(policy).get(gone, kAmple)), ErrorCode::kUpstreamFailure);
}

TEST_P(FetcherTest, AsksNoProxy) {
  ::setenv("http_proxy", "http://127.0.0.1:1/", 1);
  const Fetcher fetcher = fetcher_of(local_policy());
  EXPECT_TRUE(fetcher.get(url("/"), kAmple));
  ::unsetenv("http_proxy");
}

}  // namespace
}  // namespace livecert::outgoing::test
