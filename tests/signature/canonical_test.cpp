#include "signature/canonical.h"

#include <gtest/gtest.h>

#include "base/trim.h"
#include "signature/recorded.h"

namespace livecert::signature {
namespace {

using base::as_bytes;
using base::to_hex;

std::string query_of(std::string_view target, RepeatedNames repeated = RepeatedNames::kAsReceived) {
  return canonical_query(http::parse_target(target).value().query, repeated);
}

// The example of the vendor's IAM documentation.
TEST(Canonical, GivesTheDocumentedKnownAnswer) {
  const base::SecretBytes secret =
      base::SecretBytes::copy_of("WkRZeE1EQmxPVGhsWWpWak5HVmtNbUUxTXpZeU9UVXlOMlE1TmpZeVlqTQ==");
  const CanonicalRequest request{"GET",
                                 "/",
                                 query_of("/?Action=ListUsers&Version=2018-01-01&Limit=10&Offset=0"),
                                 {{"host", "iam.volcengineapi.com"}, {"x-date", "20240619T071306Z"}},
                                 crypto::sha256({})};
  EXPECT_EQ(to_hex(request.hash()), "5ed5bca3905e1fcbf789abb56a17c2d819674a3bcfa468ae476bd1ea80d135cb");
  const Scope scope{"20240619", "cn-beijing", "iam"};
  EXPECT_EQ(make_signature(make_signing_key(secret, scope), "20240619T071306Z", scope, request.hash()),
            "e31c4558bcfe08a286001f59cedbf0791ffd0b2362f10e55ee2627467bcdde93");
}

TEST(Canonical, GivesEveryIntermediateOfTheWorkedExample) {
  const auto example = testing::load("post-go-java-py");
  const Scope scope{"20240619", "cn-north-1", "live"};
  const auto body_hash = crypto::sha256(example.request.body);
  EXPECT_EQ(example.request.body.size(), 192U);
  EXPECT_EQ(to_hex(body_hash), "93bdf1000723cbc7b97ac25f21edf75c911e57216fc548ac0ab9009134f88548");

  const CanonicalRequest request{"POST",
                                 "/",
                                 query_of(example.request.target),
                                 {{"content-type", "application/json"},
                                  {"host", "live.volcengineapi.com"},
                                  {"x-content-sha256", to_hex(body_hash)},
                                  {"x-date", "20240619T071306Z"}},
                                 body_hash};
  EXPECT_EQ(request.signed_headers(), "content-type;host;x-content-sha256;x-date");
  EXPECT_EQ(to_hex(request.hash()), "cd03315cf0b46f8537d24ab470fceb7ec3cd472a646154ada38d607ace7aa5c3");

  const auto date_key = crypto::hmac_sha256(as_bytes(example.secret), as_bytes("20240619"));
  EXPECT_EQ(to_hex(date_key), "d692547dc2184019f0ae414f7cf9bfb8679429c856b486d223d70d67177c0cf6");
  const auto region_key = crypto::hmac_sha256(date_key, as_bytes("cn-north-1"));
  EXPECT_EQ(to_hex(region_key), "85ba4ea4dfd1727b612aa6cf257855f9b24efc231b3e03c012688c14134e9387");
  const auto service_key = crypto::hmac_sha256(region_key, as_bytes("live"));
  EXPECT_EQ(to_hex(service_key), "2265a27178358814512d6ebbcd7b4bf9b0f76b59fbcd2fd83219c5146719b570");
  const base::SecretBytes signing_key = make_signing_key(example.secret_bytes(), scope);
  EXPECT_EQ(to_hex(signing_key.reveal(base::SecretAccess())),
            "aed1699a55bdfd84504f5d8e94c8c1ab9e95f368c18353078249c4d595fae1b5");
  EXPECT_EQ(make_signature(signing_key, "20240619T071306Z", scope, request.hash()),
            "2e9dd814ccc2100a3db841a471184dfe57218c8f53f194f9ce2ec882fb6d6b3d");
}

TEST(Canonical, SortsTheQueryByBytesAndEncodesItAnew) {
  EXPECT_EQ(query_of("/?b=2&a=1&B=3"), "B=3&a=1&b=2");
  EXPECT_EQ(query_of("/?Version=2023-01-01&Action=ListCertV2"), "Action=ListCertV2&Version=2023-01-01");
  EXPECT_EQ(query_of("/?a=x+y&b=x%20y&c=~-_.&d=%7e%2f/"), "a=x%20y&b=x%20y&c=~-_.&d=~%2F%2F");
  EXPECT_EQ(query_of("/?flag&empty="), "empty=&flag=");
  EXPECT_EQ(query_of("/?n=%E4%B8%AD"), "n=%E4%B8%AD");
  EXPECT_EQ(query_of("/"), "");
}

TEST(Canonical, KeepsOrSortsTheValuesOfARepeatedName) {
  EXPECT_EQ(query_of("/?a=2&b=0&a=1", RepeatedNames::kAsReceived), "a=2&a=1&b=0");
  EXPECT_EQ(query_of("/?a=2&b=0&a=1", RepeatedNames::kSortedByValue), "a=1&a=2&b=0");
}

TEST(Canonical, SignsTheHostWithoutADefaultPort) {
  EXPECT_EQ(without_default_port("example.com:80"), "example.com");
  EXPECT_EQ(without_default_port("example.com:443"), "example.com");
  EXPECT_EQ(without_default_port("[::1]:443"), "[::1]");
  EXPECT_EQ(without_default_port("[::1]"), "[::1]");
  EXPECT_EQ(without_default_port("127.0.0.1:8080"), "127.0.0.1:8080");
  EXPECT_EQ(without_default_port("example.com"), "example.com");
}

TEST(Canonical, TrimsBlanksAndTabsOnly) {
  EXPECT_EQ(base::trim(" \t a  b\t"), "a  b");
  EXPECT_EQ(base::trim(" \t "), "");
  EXPECT_EQ(base::trim(""), "");
}

}  // namespace
}  // namespace livecert::signature
