#include "signature/sign.h"

#include <gtest/gtest.h>

#include "signature/recorded.h"
#include "signature/verify.h"

namespace livecert::signature {
namespace {

const base::Time kNow = base::parse_basic_time("20240619T071306Z").value();

Credentials example_credentials() {
  return {"AKLTexampleaccesskeyid0000000000",
          base::SecretBytes::copy_of("TmV2ZXJVc2VUaGlzU2VjcmV0S2V5SW5Qcm9kdWN0aW9u"), std::nullopt};
}

http::Request to_request(const Unsigned& unsigned_request, const http::Headers& signature) {
  http::Request request;
  request.method = unsigned_request.method;
  request.target = unsigned_request.target;
  request.headers = signature;
  request.headers.add("Host", std::string(unsigned_request.host));
  request.headers.add("Content-Type", std::string(unsigned_request.content_type));
  request.body.assign(unsigned_request.body.begin(), unsigned_request.body.end());
  return request;
}

TEST(Sign, MakesTheBytesThatTheGoSdkMakes) {
  for (const char* name : {"post-go-java-py", "get-go"}) {
    const auto vector = testing::load(name);
    const auto header = [&](std::string_view field) { return vector.request.headers.find(field).value(); };
    const http::Headers headers = sign(
        {vector.request.method, vector.request.target, header("Host"), header("Content-Type"), vector.request.body},
        example_credentials(), kNow, "cn-north-1", "live");
    EXPECT_EQ(headers.fields().size(), 3U);
    for (const char* field : {"X-Date", "X-Content-Sha256", "Authorization"}) {
      EXPECT_EQ(headers.find(field), header(field)) << name;
    }
  }
}

TEST(Sign, SignsTheSessionTokenAsTheGoSdkDoes) {
  const auto vector = testing::load("post-go-java-py");
  Credentials credentials = example_credentials();
  credentials.session_token = "STS2exampleToken+/=";
  const http::Headers headers =
      sign({"POST", vector.request.target, "live.volcengineapi.com", "application/json", vector.request.body},
           credentials, kNow, "cn-north-1", "live");
  const std::string_view authorization = headers.find("Authorization").value();
  EXPECT_NE(authorization.find("SignedHeaders=content-type;host;x-content-sha256;x-date;x-security-token, "),
            std::string_view::npos);
  EXPECT_NE(authorization.find("Signature=41cd26e1"), std::string_view::npos);
  EXPECT_EQ(authorization.substr(authorization.size() - 3), "a81");
  EXPECT_EQ(headers.find("X-Security-Token"), "STS2exampleToken+/=");
}

TEST(Sign, IsAcceptedByVerify) {
  for (const char* target : {"/", "/?Action=ListCertV2&Version=2023-01-01", "/?b=2&a=1&b=1", "/?q=a+b%20c&e=&f",
                             "/?n=%E4%B8%AD%E6%96%87&t=~"}) {
    for (const char* host : {"127.0.0.1:8080", "127.0.0.1:80", "[::1]:443", "live.example"}) {
      for (const char* body : {"", "{}"}) {
        const Unsigned unsigned_request{"POST", target, host, "application/json", base::as_bytes(body)};
        const http::Request request =
            to_request(unsigned_request, sign(unsigned_request, example_credentials(), kNow, "anywhere", "live"));
        const auto claim = parse_claim(request, kNow, {});
        ASSERT_TRUE(claim.has_value()) << claim.error().message;
        const auto verified = verify(request, *claim, example_credentials().secret);
        EXPECT_TRUE(verified.has_value()) << target << ' ' << host << ' ' << verified.error().message;
      }
    }
  }
}

// Node and PHP sort the values of a repeated name before they sign.
TEST(Sign, OfSortedRepeatedNamesIsAcceptedHoweverTheyTravel) {
  const Unsigned sorted{"POST", "/?a=1&a=2", "live.example", "application/json", {}};
  http::Request request = to_request(sorted, sign(sorted, example_credentials(), kNow, "cn-north-1", "live"));
  request.target = "/?a=2&a=1";
  const auto claim = parse_claim(request, kNow, {});
  ASSERT_TRUE(claim.has_value());
  EXPECT_TRUE(verify(request, *claim, example_credentials().secret).has_value());
}

}  // namespace
}  // namespace livecert::signature
