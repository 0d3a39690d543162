#include "signature/query_signature.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signature/recorded.h"
#include "signature/verify.h"
#include "support/signed_url.h"

namespace livecert::signature {
namespace {

using base::ErrorCode;
using test::signed_url;
using test::UrlSigning;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const base::Time kNow = base::parse_basic_time("20240619T071306Z").value();
const http::QueryParameters kParameters = {{"Action", "ListCertV2"}, {"Version", "2023-01-01"}, {"CertName", "a b"}};

Credentials credentials(std::optional<std::string> token = std::nullopt) {
  return {"AKLTtest", base::SecretBytes::copy_of("c2VjcmV0"), std::move(token)};
}

http::Request request_of(std::string target, const std::string& method = "GET", std::string_view body = "") {
  http::Request request;
  request.method = method;
  request.target = std::move(target);
  request.headers.add("Host", "live.example:443");
  request.body.assign(body.begin(), body.end());
  return request;
}

base::Result<VerifiedSignature> check(const http::Request& request, base::Time now = kNow) {
  TRY_ASSIGN(const Claim claim, parse_claim(request, now, ClaimRules()));
  return verify(request, claim, credentials().secret);
}

void expect_error(const http::Request& request, ErrorCode code, const std::string& what, base::Time now = kNow) {
  const auto verified = check(request, now);
  ASSERT_FALSE(verified.has_value()) << request.target;
  EXPECT_EQ(verified.error().code, code) << verified.error().message;
  EXPECT_THAT(verified.error().message, HasSubstr(what));
}

// The same target with one parameter changed by `change`, or without it when that returns nullopt.
std::string with_parameter(const std::string& target, std::string_view name,
                           const std::function<std::optional<std::string>(const std::string&)>& change) {
  http::QueryParameters changed;
  const http::Target parsed = http::parse_target(target).value();
  for (const auto& [known, value] : parsed.query) {
    auto text = known == name ? change(value) : value;
    if (text) changed.emplace_back(known, *text);
  }
  return "/?" + test::to_query(changed);
}

std::string with_value(const std::string& target, std::string_view name, const std::string& value) {
  return with_parameter(target, name, [&](const std::string&) { return value; });
}

std::string without(const std::string& target, std::string_view name) {
  return with_parameter(target, name, [](const std::string&) { return std::nullopt; });
}

TEST(QuerySignature, IsTakenInTheWayOfEverySdk) {
  std::vector<std::pair<std::string, UrlSigning>> ways(8);
  ways[0].first = "names itself";
  ways[1] = {"does not name itself", {}};
  ways[1].second.names_itself = false;
  ways[2] = {"signs the host as sent", {}};
  ways[2].second.signed_host = "live.example:443";
  ways[3] = {"signs the host without its port", {}};
  ways[3].second.signed_host = "live.example";
  ways[4] = {"signs an empty path", {}};
  ways[4].second.path = "";
  ways[5] = {"names the token", {}};
  ways[6] = {"signs the token without naming it", {}};
  ways[6].second.names_token = false;
  ways[7] = {"adds the token after signing", {}};
  ways[7].second.signs_token = false;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const auto& [name, signing] = ways[i];
    const std::optional<std::string> token = i >= 5 ? std::optional<std::string>("STS2exampleToken+/=") : std::nullopt;
    const http::Request request = request_of(signed_url(kParameters, credentials(token), kNow, signing));
    const auto claim = parse_claim(request, kNow, {});
    ASSERT_TRUE(claim.has_value()) << name << ": " << claim.error().message;
    EXPECT_EQ(claim->form, Form::kQuery);
    EXPECT_EQ(claim->access_key_id, "AKLTtest");
    EXPECT_EQ(claim->session_token, token) << name;
    const auto verified = verify(request, *claim, credentials().secret);
    ASSERT_TRUE(verified.has_value()) << name << ": " << verified.error().message;
    EXPECT_TRUE(verified->covers_body()) << "there is none";
  }
}

TEST(QuerySignature, TellsWhetherItCoversTheBody) {
  const std::string open = signed_url(kParameters, credentials(), kNow, {.method = "POST"});
  EXPECT_FALSE(check(request_of(open, "POST", "{}"))->covers_body());
  EXPECT_FALSE(check(request_of(open, "POST", R"({"ChainID":"x"})"))->covers_body());
  EXPECT_TRUE(check(request_of(open, "POST"))->covers_body());

  // PHP's SDK signs the body although it says that it does not.
  UrlSigning signing{.method = "POST"};
  signing.signed_body = R"({"ChainID":"x"})";
  const std::string closed = signed_url(kParameters, credentials(), kNow, signing);
  EXPECT_TRUE(check(request_of(closed, "POST", *signing.signed_body))->covers_body());
  expect_error(request_of(closed, "POST", R"({"ChainID":"y"})"), ErrorCode::kSignatureMismatch, "");
  expect_error(request_of(closed, "POST"), ErrorCode::kSignatureMismatch, "");
  expect_error(request_of(closed + "&X-NotSignBody=", "POST", R"({"ChainID":"y"})"), ErrorCode::kSignatureMismatch, "");
  EXPECT_TRUE(check(request_of(closed + "&X-NotSignBody=", "POST", *signing.signed_body))->covers_body());
}

TEST(QuerySignature, AnyChangeOfWhatItCoversBreaksIt) {
  for (const bool names_itself : {true, false}) {
    const std::string target =
        signed_url(kParameters, credentials(), kNow, {.signed_host = "live.example", .names_itself = names_itself});
    ASSERT_TRUE(check(request_of(target)).has_value());
    for (const char* name : {"Action", "Version", "CertName", "X-NotSignBody"}) {
      expect_error(request_of(with_value(target, name, "changed")), ErrorCode::kSignatureMismatch, "");
      expect_error(request_of(without(target, name)), ErrorCode::kInvalidAuthorization, name);
    }
    expect_error(request_of(with_value(target, "X-Date", "20240619T071307Z")), ErrorCode::kSignatureMismatch, "");
    expect_error(request_of(with_value(target, "X-SignedHeaders", "")), ErrorCode::kSignatureMismatch, "");
    expect_error(request_of(with_value(target, "X-Credential", "AKLTtest/20240619/cn-north-2/live/request")),
                 ErrorCode::kSignatureMismatch, "");
    // A list of other names gives another query.
    expect_error(request_of(with_value(target, "X-SignedQueries", "Action;Version")), ErrorCode::kSignatureMismatch,
                 "");
    expect_error(request_of(target, "POST"), ErrorCode::kSignatureMismatch, "");
    http::Request elsewhere = request_of(target);
    elsewhere.target = "/x" + elsewhere.target.substr(1);
    expect_error(elsewhere, ErrorCode::kSignatureMismatch, "");
    expect_error(testing::with_header(request_of(target), "Host", "other.example"), ErrorCode::kSignatureMismatch, "");
  }
}

TEST(QuerySignature, GivesOnlyTheParametersThatItCovers) {
  const std::string target =
      signed_url(kParameters, credentials(), kNow, {.unnamed_parameters = {"CertName"}}) + "&Available=true";
  const http::Request request = request_of(target);
  const auto claim = parse_claim(request, kNow, {});
  ASSERT_TRUE(claim.has_value()) << claim.error().message;
  EXPECT_TRUE(verify(request, *claim, credentials().secret).has_value());
  EXPECT_EQ(http::find_parameter(claim->target.query, "Action"), "ListCertV2");
  EXPECT_EQ(http::find_parameter(claim->target.query, "CertName"), std::nullopt);
  EXPECT_EQ(http::find_parameter(claim->target.query, "Available"), std::nullopt);
}

TEST(QuerySignature, SaysWhatIsWrongWithItsForm) {
  const std::string target = signed_url(kParameters, credentials(), kNow, {});
  for (const char* name : {"X-Algorithm", "X-Credential", "X-SignedHeaders", "X-SignedQueries"}) {
    const auto unnamed = [&](const std::string& names) {
      std::string changed = names;
      const std::string with_separator = std::string(name) + ";";
      if (const std::size_t at = changed.find(with_separator); at != std::string::npos) {
        changed.erase(at, with_separator.size());
      }
      return std::optional(changed);
    };
    expect_error(request_of(without(with_parameter(target, "X-SignedQueries", unnamed), name)),
                 ErrorCode::kInvalidAuthorization, name);
  }
  expect_error(request_of(without(target, "X-Date")), ErrorCode::kMissingRequestInfo,
               "The request is missing X-Date information.");
  expect_error(request_of(without(target, "X-Signature")), ErrorCode::kMissingSignature,
               "The request is missing signature.");
  expect_error(request_of(with_value(target, "X-Signature", "")), ErrorCode::kMissingSignature, "");
  expect_error(request_of(with_value(target, "X-Algorithm", "VOLC4-HMAC-SHA256")), ErrorCode::kInvalidAuthorization,
               "HMAC-SHA256");
  expect_error(request_of(with_value(target, "X-Credential", "AKLTtest/20240619/cn-north-1/live")),
               ErrorCode::kInvalidCredential, "request");
  expect_error(request_of(with_value(target, "X-Credential", "AKLTtest/20240620/cn-north-1/live/request")),
               ErrorCode::kInvalidCredential, "first 8 digits of X-Date");
  expect_error(request_of(with_value(target, "X-Credential", "AKLTtest/20240619/cn-north-1/vod/request")),
               ErrorCode::kUnknownService, "This service[vod] not found.");
  expect_error(request_of(with_value(target, "X-Date", "2024")), ErrorCode::kInvalidTimestamp, "YYYYMMDDTHHMMSSZ");
  expect_error(request_of(with_value(target, "X-SignedHeaders", "host;x-y")), ErrorCode::kInvalidAuthorization, "x-y");
  for (const char* names : {"", "Action", "Version;X-Date", "Action;Action;Version", "Action;Version;X-Signature",
                            "Action;Version;Nothing", "Action;Version;", ";"}) {
    expect_error(request_of(with_value(target, "X-SignedQueries", names)), ErrorCode::kInvalidAuthorization,
                 "X-SignedQueries");
  }
}

TEST(QuerySignature, RefusesWhateverIsThereTwice) {
  const std::string target = signed_url(kParameters, credentials(), kNow, {});
  for (const char* again : {"&Action=DeleteCert", "&CertName=x", "&X-Date=20240619T071306Z", "&X-Signature=00",
                            "&X-Credential=x", "&X-SignedQueries=Action", "&X-NotSignBody="}) {
    expect_error(request_of(target + again), ErrorCode::kInvalidAuthorization, "more than once");
  }
  http::Request twice = request_of(target);
  twice.headers.add("Authorization",
                    "HMAC-SHA256 Credential=AKLTtest/20240619/cn-north-1/live/request, "
                    "SignedHeaders=host;x-date, Signature=00ff");
  expect_error(twice, ErrorCode::kInvalidAuthorization, "in one place");
  http::Request token = request_of(target);
  token.headers.add("X-Security-Token", "STS2abc");
  expect_error(token, ErrorCode::kInvalidAuthorization, "X-Security-Token");
}

// Decision 4.
TEST(QuerySignature, LastsFifteenMinutesAndShorterWhenItsSignedExpirySaysSo) {
  const http::Request plain = request_of(signed_url(kParameters, credentials(), kNow, {}));
  for (const auto offset : {base::Seconds(-900), base::Seconds(900)}) EXPECT_TRUE(check(plain, kNow + offset));
  for (const auto offset : {base::Seconds(-901), base::Seconds(901)}) {
    expect_error(plain, ErrorCode::kInvalidTimestamp, "server's time", kNow + offset);
  }
  const http::Request shorter = request_of(signed_url(kParameters, credentials(), kNow, {.expires = "60"}));
  EXPECT_TRUE(check(shorter, kNow + base::Seconds(60)));
  expect_error(shorter, ErrorCode::kInvalidTimestamp, "60 seconds", kNow + base::Seconds(61));
  const http::Request longer = request_of(signed_url(kParameters, credentials(), kNow, {.expires = "86400"}));
  expect_error(longer, ErrorCode::kInvalidTimestamp, "900 seconds", kNow + base::Seconds(901));
  // An unsigned parameter has no effect.
  const http::Request added = request_of(plain.target + "&X-Expires=1");
  EXPECT_TRUE(check(added, kNow + base::Seconds(900)));
  expect_error(request_of(signed_url(kParameters, credentials(), kNow, {.expires = "soon"})),
               ErrorCode::kInvalidTimestamp, "X-Expires");
}

TEST(QuerySignature, ShowsNoSecretInAnError) {
  const std::string token = "STS2averysecrettoken";
  const std::string target = signed_url(kParameters, credentials(token), kNow, {});
  const std::string signature(*http::find_parameter(http::parse_target(target).value().query, "X-Signature"));
  for (const std::string& spoilt :
       {with_value(target, "CertName", "x"), target + "&X-Signature=00", target + "&X-Security-Token=x",
        with_value(target, "X-SignedQueries", "Action"), without(target, "X-Date")}) {
    const auto verified = check(request_of(spoilt));
    ASSERT_FALSE(verified.has_value());
    for (const std::string& secret : {token, signature}) {
      EXPECT_EQ(verified.error().message.find(secret), std::string::npos);
      EXPECT_EQ(verified.error().detail.find(secret), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace livecert::signature
