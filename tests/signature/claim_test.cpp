#include "signature/claim.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/query_limit.h"
#include "signature/authorization.h"
#include "signature/recorded.h"

namespace livecert::signature {
namespace {

using base::ErrorCode;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::with_header;
using testing::without_header;

const base::Time kNow = base::parse_basic_time("20240619T071306Z").value();

// A well-formed request; parse_claim() does not look at the signature's value.
http::Request make_request(const std::string& authorization, std::string target = "/?Action=ListCertV2") {
  http::Request request;
  request.method = "POST";
  request.target = std::move(target);
  request.headers.add("Host", "live.example");
  request.headers.add("X-Date", "20240619T071306Z");
  request.headers.add("Authorization", authorization);
  return request;
}

std::string authorization(const std::string& credential = "AKLTtest/20240619/cn-north-1/live/request",
                          const std::string& signed_headers = "host;x-date") {
  return "HMAC-SHA256 Credential=" + credential + ", SignedHeaders=" + signed_headers + ", Signature=00ff";
}

void expect_error(const http::Request& request, ErrorCode code, const std::string& documented,
                  const std::string& detail = "", base::Time now = kNow) {
  const auto claim = parse_claim(request, now, ClaimRules());
  ASSERT_FALSE(claim.has_value()) << documented << " " << detail;
  EXPECT_EQ(claim.error().code, code) << claim.error().message;
  EXPECT_THAT(claim.error().message, StartsWith(documented));
  EXPECT_THAT(claim.error().message, HasSubstr(detail));
}

constexpr const char* kBadAuthorization = "Invalid 'Authorization' header, Pls check your authorization header. ";
constexpr const char* kBadCredential = "Invalid credential in 'Authorization', Pls check your authorization header. ";
constexpr const char* kExpired = "The Signature of the request is expired. ";

TEST(ParseClaim, ReadsWhoSignedWhatAndWhen) {
  const auto claim = parse_claim(with_header(make_request(authorization()), "X-Security-Token", " STS2abc "), kNow, {});
  ASSERT_TRUE(claim.has_value()) << claim.error().message;
  EXPECT_EQ(claim->access_key_id, "AKLTtest");
  EXPECT_EQ(claim->scope.to_string(), "20240619/cn-north-1/live/request");
  EXPECT_EQ(claim->signed_at, kNow);
  EXPECT_EQ(claim->session_token, "STS2abc");
  EXPECT_THAT(claim->signed_headers, ::testing::ElementsAre("host", "x-date"));
  EXPECT_EQ(claim->signature, "00ff");
  EXPECT_EQ(http::find_parameter(claim->target.query, "Action"), "ListCertV2");
}

TEST(ParseClaim, TakesTheFieldsInAnyOrderWithAnyBlanks) {
  for (const char* text : {
           "HMAC-SHA256 Signature=00ff,SignedHeaders=host;x-date,Credential=AKLTtest/20240619/x/live/request",
           " HMAC-SHA256\t Credential=AKLTtest/20240619/x/live/request ,\t SignedHeaders= Host;X-DATE  , "
           "Signature=00ff ",
       }) {
    const auto claim = parse_claim(make_request(text), kNow, {});
    ASSERT_TRUE(claim.has_value()) << claim.error().message;
    EXPECT_EQ(claim->access_key_id, "AKLTtest");
    EXPECT_THAT(claim->signed_headers, ::testing::ElementsAre("host", "x-date"));
  }
}

TEST(ParseClaim, AsksForTheDateBeforeTheAuthorization) {
  const http::Request bare = without_header(make_request(authorization()), "Authorization");
  expect_error(without_header(bare, "X-Date"), ErrorCode::kMissingRequestInfo,
               "The request is missing X-Date information.");
  expect_error(bare, ErrorCode::kMissingAuthentication, "Request is missing Authentication Token");
}

TEST(ParseClaim, RefusesAnotherShapeOfAuthorization) {
  for (const std::string& text : std::vector<std::string>{
           "",
           "HMAC-SHA256",
           "Basic dXNlcjpwYXNz",
           "AWS4-HMAC-SHA256 Credential=a/20240619/b/live/request, SignedHeaders=host;x-date, Signature=00",
           authorization() + ",",
           authorization() + ", Signature=00",
           authorization() + ", Extra=1",
           "HMAC-SHA256 SignedHeaders=host;x-date, Signature=00",
           "HMAC-SHA256 Credential=a/20240619/b/live/request, Signature=00",
           authorization("AKLTtest/20240619/cn-north-1/live/request", ""),
           authorization("AKLTtest/20240619/cn-north-1/live/request", "host;;x-date"),
           authorization("AKLTtest/20240619/cn-north-1/live/request", "host;x-date;HOST"),
       }) {
    expect_error(make_request(text), ErrorCode::kInvalidAuthorization, kBadAuthorization);
  }
}

TEST(ParseClaim, RefusesTwoAuthorizations) {
  http::Request request = make_request(authorization());
  request.headers.add("authorization", authorization());
  expect_error(request, ErrorCode::kInvalidAuthorization, kBadAuthorization, "more than one");
}

TEST(ParseClaim, MissesTheSignature) {
  const std::string fields = "HMAC-SHA256 Credential=a/20240619/b/live/request, SignedHeaders=host;x-date";
  expect_error(make_request(fields), ErrorCode::kMissingSignature, "The request is missing signature.");
  expect_error(make_request(fields + ", Signature="), ErrorCode::kMissingSignature,
               "The request is missing signature.");
}

TEST(ParseClaim, RefusesAnotherShapeOfCredential) {
  for (const char* credential : {
           "",
           "AKLTtest",
           "AKLTtest/20240619/cn-north-1/live",
           "AKLTtest/20240619/cn-north-1/live/request/more",
           "AKLTtest/20240619/cn-north-1/live/aws4_request",
           "/20240619/cn-north-1/live/request",
           "AKLTtest/20240619//live/request",
           "AKLTtest/20240619/cn-north-1//request",
           "AKLTtest/2024-06-19/cn-north-1/live/request",
           "AKLTtest/2024061/cn-north-1/live/request",
           "AKLT test/20240619/cn-north-1/live/request",
           "AKLT\xC3\xA4/20240619/cn-north-1/live/request",
       }) {
    expect_error(make_request(authorization(credential)), ErrorCode::kInvalidCredential, kBadCredential);
  }
  expect_error(make_request(authorization("AKLTtest/20240620/cn-north-1/live/request")), ErrorCode::kInvalidCredential,
               kBadCredential, "first 8 digits of X-Date");
}

TEST(ParseClaim, RefusesASignatureThatDoesNotCoverTheDate) {
  expect_error(make_request(authorization("AKLTtest/20240619/cn-north-1/live/request", "host")),
               ErrorCode::kInvalidAuthorization, kBadAuthorization, "x-date");
}

TEST(ParseClaim, RefusesASignedHeaderThatIsAbsentOrThereTwice) {
  const http::Request request =
      make_request(authorization("AKLTtest/20240619/cn-north-1/live/request", "host;x-date;x-content-sha256"));
  expect_error(request, ErrorCode::kInvalidAuthorization, kBadAuthorization, "x-content-sha256");
  http::Request twice = make_request(authorization());
  twice.headers.add("x-date", "20240619T071306Z");
  expect_error(twice, ErrorCode::kInvalidAuthorization, kBadAuthorization, "more than once");
}

// Decision 4.
TEST(ParseClaim, AllowsFifteenMinutesEitherWay) {
  const http::Request request = make_request(authorization());
  for (const auto offset : {base::Seconds(-900), base::Seconds(0), base::Seconds(900)}) {
    EXPECT_TRUE(parse_claim(request, kNow + offset, {}).has_value()) << offset.count();
  }
  for (const auto offset : {base::Seconds(-901), base::Seconds(901)}) {
    expect_error(request, ErrorCode::kInvalidTimestamp, kExpired, "server's time", kNow + offset);
  }
}

TEST(ParseClaim, RefusesAnUnreadableDate) {
  for (const char* date : {"", "now", "2024-06-19T07:13:06Z", "20240619T071306+08:00", "20240631T071306Z"}) {
    expect_error(with_header(make_request(authorization()), "X-Date", date), ErrorCode::kInvalidTimestamp, kExpired,
                 "YYYYMMDDTHHMMSSZ");
  }
}

TEST(ParseClaim, LetsOnlyASignedExpiryShortenTheWindow) {
  const http::Request with_expiry = with_header(make_request(authorization()), "X-Expires", "60");
  EXPECT_TRUE(parse_claim(with_expiry, kNow + base::Seconds(61), {}).has_value());

  const std::string covering = authorization("AKLTtest/20240619/cn-north-1/live/request", "x-date;x-expires");
  const http::Request shortened = with_header(make_request(covering), "X-Expires", "60");
  EXPECT_TRUE(parse_claim(shortened, kNow + base::Seconds(60), {}).has_value());
  expect_error(shortened, ErrorCode::kInvalidTimestamp, kExpired, "60 seconds", kNow + base::Seconds(61));

  const http::Request longer = with_header(make_request(covering), "X-Expires", "86400");
  expect_error(longer, ErrorCode::kInvalidTimestamp, kExpired, "900 seconds", kNow + base::Seconds(901));
  for (const char* text : {"", "0", "-1", "soon", "60s", "99999999999999999999"}) {
    expect_error(with_header(make_request(covering), "X-Expires", text), ErrorCode::kInvalidTimestamp, kExpired,
                 "X-Expires");
  }
  // The query is signed as a whole.
  expect_error(make_request(authorization(), "/?X-Expires=60"), ErrorCode::kInvalidTimestamp, kExpired, "60 seconds",
               kNow + base::Seconds(61));
}

TEST(ParseClaim, KnowsOnlyItsServices) {
  expect_error(make_request(authorization("AKLTtest/20240619/cn-north-1/vod/request")), ErrorCode::kUnknownService,
               "This service[vod] not found.");
  EXPECT_TRUE(parse_claim(make_request(authorization("AKLTtest/20240619/anywhere/sts/request")), kNow, {}).has_value());
  ClaimRules rules;
  rules.services = {"vod"};
  EXPECT_TRUE(parse_claim(make_request(authorization("AKLTtest/20240619/x/vod/request")), kNow, rules).has_value());
}

TEST(ParseClaim, RefusesMoreOfAnythingThanARealClientSends) {
  const auto names = [](std::size_t count) {
    std::string text = "x-date";
    for (std::size_t i = 1; i < count; ++i) text += ";h" + std::to_string(i);
    return text;
  };
  const std::string credential = "AKLTtest/20240619/cn-north-1/live/request";
  http::Request request = make_request(authorization(credential, names(kMostSignedHeaders)));
  for (std::size_t i = 1; i < kMostSignedHeaders; ++i) request.headers.add("H" + std::to_string(i), "v");
  EXPECT_TRUE(parse_claim(request, kNow, {}).has_value());
  expect_error(make_request(authorization(credential, names(kMostSignedHeaders + 1))), ErrorCode::kInvalidAuthorization,
               kBadAuthorization, "more than 100 headers");
  expect_error(make_request(authorization(credential, "x-date;" + std::string(kLongestSignedHeader + 1, 'h'))),
               ErrorCode::kInvalidAuthorization, kBadAuthorization, "names of the signed headers");

  const std::string longest(kLongestCredentialPart, 'a');
  EXPECT_TRUE(parse_claim(make_request(authorization(longest + "/20240619/x/live/request")), kNow, {}).has_value());
  for (const std::string& text : {longest + "a/20240619/x/live/request", "a/20240619/" + longest + "a/live/request",
                                  "a/20240619/x/" + longest + "a/request"}) {
    expect_error(make_request(authorization(text)), ErrorCode::kInvalidCredential, kBadCredential);
  }

  std::string target = "/?a";
  for (std::size_t i = 1; i < http::kMostQueryParameters; ++i) target += "&a";
  EXPECT_TRUE(parse_claim(make_request(authorization(), target), kNow, {}).has_value());
  const auto claim = parse_claim(make_request(authorization(), target + "&a"), kNow, {});
  ASSERT_FALSE(claim.has_value());
  EXPECT_EQ(claim.error().code, ErrorCode::kMalformedRequest);
}

TEST(ParseClaim, RefusesAnUnreadableTarget) {
  const auto claim = parse_claim(make_request(authorization(), "/?a=%zz"), kNow, {});
  ASSERT_FALSE(claim.has_value());
  EXPECT_EQ(claim.error().code, ErrorCode::kMalformedRequest);
}

}  // namespace
}  // namespace livecert::signature
