#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/action.h"
#include "signature/sts2.h"
#include "support/test_service.h"

namespace livecert {
namespace {

using test::Answer;
using test::TestService;
using testing::HasSubstr;

void drop_header(http::Request& request, std::string_view name) {
  http::Headers kept;
  for (const http::Header& header : request.headers.fields()) {
    if (!base::equals_ignoring_ascii_case(header.name, name)) kept.add(header.name, header.value);
  }
  request.headers = kept;
}

void replace_header(http::Request& request, std::string_view name, const std::string& value) {
  drop_header(request, name);
  request.headers.add(std::string(name), value);
}

// Decision 22.
TEST(Authentication, ABareRequestMissesTheAction) {
  TestService service;
  http::Request request = service.signed_request("CreateCert", "{}");
  request.target = "/";
  const Answer answer = service.send(std::move(request));
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.code(), "MissingParameter");
  EXPECT_EQ(answer.code_number(), 100002);
  EXPECT_EQ(answer.message(), "The request is missing Action parameter.");
  EXPECT_FALSE(answer.metadata.contains("Action"));
  EXPECT_FALSE(answer.metadata.contains("Service"));
}

TEST(Authentication, SaysWhatIsMissingInTheDocumentedCodes) {
  TestService service;
  http::Request request = service.signed_request("ListCertV2", "{}");
  drop_header(request, "X-Date");
  Answer answer = service.send(std::move(request));
  EXPECT_EQ(answer.code(), "MissingRequestInfo");
  EXPECT_EQ(answer.code_number(), 100004);

  request = service.signed_request("ListCertV2", "{}");
  drop_header(request, "Authorization");
  answer = service.send(std::move(request));
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.code(), "MissingAuthenticationToken");

  request = service.signed_request("ListCertV2", "{}");
  replace_header(request, "Authorization", "Bearer x");
  answer = service.send(std::move(request));
  EXPECT_EQ(answer.code(), "InvalidAuthorization");
  EXPECT_EQ(answer.code_number(), 100024);

  request = service.signed_request("ListCertV2", "{}");
  std::string authorization(*request.headers.find("Authorization"));
  authorization.replace(authorization.find("/request"), 8, "/nothing");
  replace_header(request, "Authorization", authorization);
  answer = service.send(std::move(request));
  EXPECT_EQ(answer.code(), "InvalidCredential");
  EXPECT_EQ(answer.code_number(), 100025);
}

TEST(Authentication, RefusesAClockSixteenMinutesOffEitherWay) {
  for (const auto off : {std::chrono::minutes(16), std::chrono::minutes(-16)}) {
    TestService service;
    http::Request request = service.signed_request("ListCertV2", "{}");
    service.clock().advance(off);
    const Answer answer = service.send(std::move(request));
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.code(), "InvalidTimestamp");
    EXPECT_EQ(answer.code_number(), 100006);
    EXPECT_THAT(answer.message(), testing::StartsWith("The Signature of the request is expired."));
  }
}

TEST(Authentication, RefusesUnknownKeysAndWrongSecretsAlike) {
  TestService service;
  Answer answer = service.call({"AKLTunknown", base::SecretBytes::copy_of("x"), {}}, "ListCertV2", "{}");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.code(), "InvalidAccessKey");
  EXPECT_EQ(answer.message(), "The accesskey [AKLTunknown] included in the request is invalid.");

  answer = service.call({service.root().access_key_id, base::SecretBytes::copy_of("wrong"), {}}, "ListCertV2", "{}");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.code(), "SignatureDoesNotMatch");
  EXPECT_EQ(answer.code_number(), 100010);
}

TEST(Authentication, RefusesAFlippedBodyByte) {
  TestService service;
  http::Request request = service.signed_request("ListCertV2", "{ }");
  request.body[1] = '\t';
  EXPECT_EQ(service.send(std::move(request)).code(), "SignatureDoesNotMatch");
}

TEST(Authentication, KnowsTheServiceBeforeTheAction) {
  TestService service;
  http::Request request = service.signed_request("ListCertV2", "{}");
  std::string authorization(*request.headers.find("Authorization"));
  authorization.replace(authorization.find("/live/"), 6, "/vod/");
  replace_header(request, "Authorization", authorization);
  Answer answer = service.send(std::move(request));
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.code(), "ServiceNotFound");
  EXPECT_EQ(answer.code_number(), 100007);
  EXPECT_THAT(answer.message(), HasSubstr("This service[vod] not found."));

  answer = service.call("NoSuchAction", "{}");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.code(), "InvalidActionOrVersion");
  EXPECT_EQ(answer.message(), "Could not find operation NoSuchAction for version 2023-01-01.");
  EXPECT_EQ(service.call("CreateCert", "{}", "2020-08-01").code(), "InvalidActionOrVersion");
  EXPECT_EQ(service.call("CreateAccount", "{}", "2023-01-01").code(), "InvalidActionOrVersion");
}

TEST(Authentication, IsNotAskedForBeforeThePathAndTheMethodAreRight) {
  TestService service;
  http::Request request = service.signed_request("ListCertV2", "{}");
  request.method = "DELETE";
  Answer answer = service.send(std::move(request));
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.code(), "MethodNotAllowed");
  EXPECT_EQ(answer.headers.find("Allow"), "GET, POST");

  request = service.signed_request("ListCertV2", "{}");
  request.target = "/console?Action=ListCertV2&Version=2023-01-01";
  EXPECT_EQ(service.send(std::move(request)).status, 404);
}

class TemporaryKeys : public testing::Test {
 protected:
  signature::Credentials temporary(const std::string& policy, std::chrono::seconds life = std::chrono::minutes(10)) {
    signature::TemporaryKey key;
    key.long_term_access_key_id = service.root().access_key_id;
    key.access_key_id = "AKTPtest";
    key.secret = base::SecretBytes::copy_of("temporary secret");
    key.expires_at = service.clock().now() + life;
    key.policy = policy;
    return signature::make_sts2(key, service.root().secret);
  }

  TestService service;
};

class Sessions : public TemporaryKeys {
 protected:
  signature::Credentials begin(const std::string& body) {
    const Answer answer = service.call("CreateSession", body, "2026-12-01");
    EXPECT_EQ(answer.status, 200) << answer.message();
    return {answer.text("AccessKeyId"), base::SecretBytes::copy_of(answer.text("SecretAccessKey")),
            answer.text("SecurityToken")};
  }
};

TEST_F(Sessions, HaveTheRightsOfTheirKeyUntilTheyEnd) {
  const signature::Credentials session = begin(R"({"Hours":1})");
  EXPECT_TRUE(session.access_key_id.starts_with("AKTP"));
  EXPECT_EQ(service.call(session, "CreateAccount", R"({"AccountName":"made"})", "2026-12-01").status, 200);
  EXPECT_EQ(service.call(session, "GetSession", "{}", "2026-12-01").text("AccessKeyId"), service.root().access_key_id);
  service.clock().advance(std::chrono::minutes(61));
  EXPECT_EQ(service.call(session, "ListCertV2", "{}").code(), "InvalidSecretToken");
}

TEST_F(Sessions, ThatOnlyReadMayCallWhatReadsAndNothingElse) {
  const signature::Credentials session = begin(R"({"ReadOnly":true})");
  for (const api::Action& action : api::actions()) {
    if (action.service != "live") continue;
    const bool reads = action.access == api::Access::kRead || action.name.starts_with("List") ||
                       action.name == "SimulatePolicy" || action.name == "PreviewNotice";
    const Answer answer = service.call(session, std::string(action.name), "{}", std::string(action.version));
    EXPECT_EQ(answer.code() == "AccessDenied", !reads) << action.name;
  }
}

TEST_F(Sessions, AreMadeWithAnAccessKeyItselfAlone) {
  for (const signature::Credentials& key : {begin("{}"), temporary("")}) {
    const Answer answer = service.call(key, "CreateSession", "{}", "2026-12-01");
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.code(), "AccessDenied");
  }
  EXPECT_EQ(service.call("CreateSession", R"({"Hours":13})", "2026-12-01").status, 400);
}

TEST_F(TemporaryKeys, SignForTheAccountThatMadeThem) {
  EXPECT_EQ(service.call(temporary(""), "ListCertV2", "{}").status, 200);
}

TEST_F(TemporaryKeys, ObeyTheirPolicy) {
  const std::string policy = R"({"Statement":[{"Effect":"Allow","Action":["live:List*"],"Resource":["*"]}]})";
  EXPECT_EQ(service.call(temporary(policy), "ListCertV2", "{}").status, 200);
  const Answer denied = service.call(temporary(policy), "CreateCert", "{}");
  EXPECT_EQ(denied.status, 403);
  EXPECT_EQ(denied.code(), "AccessDenied");
  EXPECT_EQ(denied.message(),
            "User is not authorized to perform: live:CreateCert on resource: . Denied by the policy of this temporary "
            "key: no statement allows it.");
}

// Decision 35.
TEST_F(TemporaryKeys, ServeOnlyFromWhereAndUntilWhenTheirPolicySays) {
  const auto policy = [](const std::string& condition) {
    return R"({"Statement":[{"Effect":"Allow","Action":["live:*"],"Resource":["*"],"Condition":)" + condition + "}]}";
  };
  const auto status = [&](const std::string& condition) {
    return service.call(temporary(policy(condition)), "ListCertV2", "{}").status;
  };
  EXPECT_EQ(status(R"({"IpAddress":{"volc:SourceIp":["127.0.0.0/8"]}})"), 200);
  EXPECT_EQ(status(R"({"IpAddress":{"volc:SourceIp":["10.1.2.3"]}})"), 403);
  EXPECT_EQ(status(R"("{\"IpAddress\":{\"volc:SourceIp\":[\"10.1.2.3\"]}}")"), 403);
  EXPECT_EQ(status(R"({"StringEquals":{"volc:ProjectName":"default"}})"), 403);
  // A balancer passed it on without naming the client, so its own address says nothing.
  for (const char* operation : {"IpAddress", "NotIpAddress"}) {
    const std::string condition = std::string("{\"") + operation + R"(":{"volc:SourceIp":["127.0.0.0/8"]}})";
    http::Request request = service.make_request(temporary(policy(condition)), "ListCertV2", "2023-01-01", "{}");
    request.is_peer_known = false;
    EXPECT_EQ(service.send(std::move(request)).status, 403) << operation;
  }
  const std::string until = R"({"DateLessThan":{"volc:CurrentTime":")" +
                            base::to_rfc3339(service.clock().now() + std::chrono::minutes(1)) + R"("}})";
  EXPECT_EQ(status(until), 200);
  service.clock().advance(std::chrono::minutes(2));
  EXPECT_EQ(status(until), 403);
  EXPECT_EQ(service.access_log().back().detail, "policy of this temporary key: no statement allows it");
}

TEST_F(TemporaryKeys, ExpireAndCannotBeForged) {
  const signature::Credentials expired = temporary("", std::chrono::seconds(60));
  service.clock().advance(std::chrono::seconds(61));
  EXPECT_EQ(service.call(expired, "ListCertV2", "{}").code(), "InvalidSecretToken");

  signature::Credentials forged = temporary("");
  forged.session_token = "STS2eyJMVEFjY2Vzc0tleUlkIjoiQUtMVHRlc3QifQ==";
  const Answer answer = service.call(forged, "ListCertV2", "{}");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.code(), "InvalidSecretToken");
  EXPECT_EQ(answer.code_number(), 100026);
  EXPECT_THAT(answer.message(), testing::StartsWith("Invalid secret token, msg: "));
}

TEST(Decision32, CallerIdentityIsAnsweredUnderSts) {
  TestService service;
  const Answer answer = service.call("GetCallerIdentity", "", "2018-01-01");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.text("IdentityId"), service.root_account());
  EXPECT_EQ(answer.metadata.at("Service").as_string(), "sts");
}

TEST(Decision32, TheListOfTheCdnServicesCertificatesIsAlwaysEmpty) {
  TestService service;
  ASSERT_EQ(service.create_cert(service.pki().upload()).status, 200);
  const Answer answer = service.call("ListCertInfo", R"({"Source":"volc_cert_center"})", "2021-03-01");
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_EQ(answer.metadata.at("Service").as_string(), "cdn");
  EXPECT_EQ(boost::json::serialize(answer.result),
            R"({"CertInfo":[],"ExpiringCount":0,"PageNum":1,"PageSize":10,"Total":0})");
  const Answer page = service.call("ListCertInfo", R"({"PageNum":2,"PageSize":100})", "2021-03-01");
  EXPECT_EQ(page.result.at("PageNum").as_int64(), 2);
  EXPECT_EQ(page.result.at("PageSize").as_int64(), 100);
  EXPECT_EQ(service.call("ListCertInfo", R"({"PageSize":101})", "2021-03-01").code(), "InvalidParam.OutOfRange");
}

TEST(AccessLog, HoldsOneLineARequestAndNoSecret) {
  TestService service;
  const test::PemPair pair = service.pki().upload();
  EXPECT_EQ(service.create_cert(pair).status, 200);
  EXPECT_EQ(service.call("NoSuchAction", "{}").status, 404);
  ASSERT_FALSE(service.access_log().empty());
  const api::AccessRecord& created = service.access_log().front();
  EXPECT_EQ(created.action, "CreateCert");
  EXPECT_EQ(created.code, "OK");
  EXPECT_THAT(created.user, HasSubstr(service.root().access_key_id));
  EXPECT_EQ(created.request_id.size(), 34U);
  const std::string secret(base::as_text(service.root().secret.reveal(base::SecretAccess())));
  for (const api::AccessRecord& record : service.access_log()) {
    const std::string line = record.user + record.action + record.code + record.message + record.detail;
    EXPECT_EQ(line.find(secret), std::string::npos);
    EXPECT_EQ(line.find("PRIVATE KEY"), std::string::npos);
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace livecert
