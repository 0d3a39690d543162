// Requests with a signature in their URL.
#include "support/signed_url.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signature/sts2.h"
#include "support/tenant.h"

namespace livecert {
namespace {

namespace json = boost::json;
using test::Answer;
using test::Tenant;
using test::TestService;
using test::UrlSigning;
using testing::HasSubstr;

class SignedUrl : public testing::Test {
 protected:
  static http::QueryParameters call_of(const std::string& action, http::QueryParameters more = {}) {
    http::QueryParameters query = {{"Action", action}, {"Version", "2023-01-01"}};
    query.insert(query.end(), more.begin(), more.end());
    return query;
  }
  static http::Request request_of(std::string target, const std::string& method = "GET", std::string_view body = "") {
    http::Request request;
    request.method = method;
    request.target = std::move(target);
    request.headers.add("Host", "127.0.0.1:8080");
    request.body.assign(body.begin(), body.end());
    request.peer_address = "127.0.0.1";
    return request;
  }
  std::string url(const http::QueryParameters& parameters, const UrlSigning& signing = {}) {
    return test::signed_url(parameters, service.root(), service.clock().now(), signing);
  }
  Answer get(const http::QueryParameters& parameters, const UrlSigning& signing = {}) {
    return service.send(request_of(url(parameters, signing), signing.method));
  }

  TestService service;
  Tenant me{service, service.root()};
};

TEST_F(SignedUrl, CallsAnActionWithItsParameters) {
  const std::string chain = me.upload("a.example", {{"CertName", "first"}});
  me.upload("b.example", {{"CertName", "second"}});
  const Answer list = get(call_of("ListCertV2", {{"CertName", "first"}}));
  ASSERT_EQ(list.status, 200) << list.message();
  EXPECT_EQ(list.result.at("Total").as_int64(), 1);
  me.add_domain("a.example");
  const Answer bound = get(call_of("BindCert", {{"ChainID", chain}, {"Domain", "a.example"}, {"HTTPS", "true"}}),
                           {.method = "POST", .names_itself = false});
  EXPECT_EQ(bound.status, 200) << bound.message();
  EXPECT_EQ(me.domain("a.example").at("ChainID").as_string(), chain.c_str());
}

// Decision 34.
TEST_F(SignedUrl, TakesNoParameterThatItDoesNotCover) {
  const std::string chain = me.upload("a.example");
  const std::string other = me.upload("b.example");
  const std::string target = url(call_of("DescribeCertDetailSecretV2", {{"ChainID", chain}}), {.method = "POST"});
  for (const char* blank : {"", "{}", "[]", " { }\r\n"}) {
    const Answer answer = service.send(request_of(target, "POST", blank));
    ASSERT_EQ(answer.status, 200) << blank << answer.message();
    EXPECT_EQ(answer.text("ChainID"), chain);
  }
  const std::string body = json::serialize(json::object{{"ChainID", other}});
  const Answer answer = service.send(request_of(target, "POST", body));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.code(), "InvalidAuthorization");
  EXPECT_THAT(answer.message(), HasSubstr("does not cover the body"));

  const std::string without = url(call_of("DescribeCertDetailSecretV2"));
  const Answer unsigned_parameter = service.send(request_of(without + "&ChainID=" + other));
  EXPECT_EQ(unsigned_parameter.status, 400) << "neither CertID nor ChainID";
  EXPECT_EQ(service.send(request_of(without + "&Action=ListCertV2")).code(), "InvalidAuthorization");
}

TEST_F(SignedUrl, TakesABodyThatItCovers) {
  const std::string chain = me.upload("a.example");
  UrlSigning signing{.method = "POST"};
  signing.signed_body = json::serialize(json::object{{"ChainID", chain}});
  const std::string target = url(call_of("DescribeCertDetailSecretV2"), signing);
  EXPECT_EQ(service.send(request_of(target, "POST", *signing.signed_body)).text("ChainID"), chain);
  EXPECT_EQ(service.send(request_of(target, "POST", "{}")).code(), "SignatureDoesNotMatch");
}

TEST_F(SignedUrl, IsRefusedTogetherWithAnotherSignature) {
  http::Request request = service.signed_request("ListCertV2", "{}");
  request.target = url(call_of("ListCertV2"), {.method = "POST"});
  const Answer answer = service.send(std::move(request));
  EXPECT_EQ(answer.code(), "InvalidAuthorization");
  EXPECT_THAT(answer.message(), HasSubstr("in one place"));
}

TEST_F(SignedUrl, EndsAfterFifteenMinutes) {
  const std::string target = url(call_of("ListCertV2"));
  service.clock().advance(std::chrono::minutes(14));
  EXPECT_EQ(service.send(request_of(target)).status, 200);
  service.clock().advance(std::chrono::minutes(2));
  EXPECT_EQ(service.send(request_of(target)).code(), "InvalidTimestamp");
}

TEST_F(SignedUrl, HasThePermissionsOfItsKey) {
  const signature::Credentials limited = service.new_account("limited", {"video"});
  const auto call = [&](const http::QueryParameters& parameters) {
    return service.send(request_of(test::signed_url(parameters, limited, service.clock().now(), {})));
  };
  EXPECT_EQ(call(call_of("ListCertV2")).status, 200);
  EXPECT_EQ(call(call_of("ListCertV2", {{"ProjectName", "default"}})).code(), "RequestForbidden");
  EXPECT_EQ(call({{"Action", "ListAccounts"}, {"Version", "2026-12-01"}}).code(), "AccessDenied");
}

TEST_F(SignedUrl, ObeysThePolicyOfATemporaryKey) {
  signature::TemporaryKey key;
  key.long_term_access_key_id = service.root().access_key_id;
  key.access_key_id = "AKTPtest";
  key.secret = base::SecretBytes::copy_of("temporary secret");
  key.expires_at = service.clock().now() + std::chrono::minutes(10);
  key.policy = R"({"Statement":[{"Effect":"Allow","Action":["live:List*"],"Resource":["*"]}]})";
  const signature::Credentials temporary = signature::make_sts2(key, service.root().secret);
  for (const UrlSigning& signing : {UrlSigning{}, UrlSigning{.signs_token = false}, UrlSigning{.names_token = false}}) {
    const auto call = [&](const std::string& action) {
      return service.send(request_of(test::signed_url(call_of(action), temporary, service.clock().now(), signing)));
    };
    const Answer list = call("ListCertV2");
    EXPECT_EQ(list.status, 200) << list.message();
    EXPECT_EQ(call("DeleteCert").code(), "AccessDenied");
  }
  service.clock().advance(std::chrono::minutes(11));
  const std::string late = test::signed_url(call_of("ListCertV2"), temporary, service.clock().now(), {});
  EXPECT_EQ(service.send(request_of(late)).code(), "InvalidSecretToken");
}

TEST_F(SignedUrl, CountsForTheBrakeAndTheRateLimit) {
  std::string forged = url(call_of("ListCertV2"));
  char& digit = forged[forged.find("X-Signature=") + 12];
  digit = digit == '0' ? '1' : '0';
  Answer answer;
  for (int i = 0; i < 21; ++i) answer = service.send(request_of(forged));
  EXPECT_EQ(answer.code(), "SignatureDoesNotMatch");
  EXPECT_TRUE(answer.waited);

  TestService slow({.rate_limit = 1});
  const auto remove = [&] {
    return slow.send(request_of(test::signed_url(call_of("DeleteCert"), slow.root(), slow.clock().now(), {})));
  };
  EXPECT_EQ(remove().code(), "InvalidParam.BindError");
  for (int i = 0; i < 100; ++i) answer = slow.call("DeleteCert", "{}");
  EXPECT_TRUE(answer.status == 429 || answer.waited) << "the header form has used up the same allowance";
}

TEST_F(SignedUrl, LeavesNoSecretInTheLog) {
  signature::Credentials with_token{service.root().access_key_id, service.root().secret.clone(base::SecretAccess()),
                                    "STS2notatoken"};
  const std::string good = url(call_of("ListCertV2"));
  const std::string bad = test::signed_url(call_of("ListCertV2"), with_token, service.clock().now(), {});
  EXPECT_EQ(service.send(request_of(good)).status, 200);
  EXPECT_EQ(service.send(request_of(good + "&X-Date=x")).status, 400);
  EXPECT_EQ(service.send(request_of(good, "POST")).status, 401);
  EXPECT_EQ(service.send(request_of(bad)).code(), "InvalidSecretToken");
  const std::string signature(*http::find_parameter(http::parse_target(good).value().query, "X-Signature"));
  for (const api::AccessRecord& record : service.access_log()) {
    const std::string line = record.user + record.action + record.code + record.message + record.detail;
    EXPECT_EQ(line.find(signature), std::string::npos);
    EXPECT_EQ(line.find("STS2notatoken"), std::string::npos);
  }
}

}  // namespace
}  // namespace livecert
