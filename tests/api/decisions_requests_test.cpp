// Livecert's decisions about requests and envelopes where the vendor says nothing, by the numbers of docs/decisions.md.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant.h"

namespace livecert {
namespace {

namespace json = boost::json;
using test::Answer;
using test::leaf_for;
using test::PemPair;
using test::Tenant;
using test::TestService;
using testing::HasSubstr;

// Any request, signed as it will be sent.
struct Shape {
  std::string method = "POST";
  std::string target = "/?Action=ListCertV2&Version=2023-01-01";
  std::string host = "127.0.0.1:8080";
  std::string content_type = "application/json";
  std::string body = "{}";
  std::string region = "cn-north-1";
  std::string service = "live";
};

http::Request signed_as(TestService& service, const Shape& shape) {
  http::Request request;
  request.method = shape.method;
  request.target = shape.target;
  request.headers.add("Host", shape.host);
  request.headers.add("Content-Type", shape.content_type);
  request.body.assign(shape.body.begin(), shape.body.end());
  request.peer_address = "127.0.0.1";
  const http::Headers added =
      signature::sign({request.method, request.target, shape.host, shape.content_type, request.body}, service.root(),
                      service.clock().now(), shape.region, shape.service);
  for (const http::Header& header : added.fields()) request.headers.add(header.name, header.value);
  return request;
}

Answer send(TestService& service, const Shape& shape) {
  return service.send(signed_as(service, shape));
}

TEST(Decision01, SuccessAndFailureCarryBothSpellingsOfTheRequestId) {
  TestService service;
  for (const char* body : {"{}", "{"}) {
    const Answer answer = service.call("ListCertV2", body);
    EXPECT_EQ(answer.metadata.at("RequestId").as_string().size(), 34U);
    EXPECT_EQ(answer.metadata.at("RequestId"), answer.metadata.at("RequestID"));
  }
}

TEST(Decision02, MembersMatchInAnyCaseAndEmptyStringsAreAbsent) {
  TestService service;
  const Tenant me(service, service.root());
  const std::string chain = me.upload("a.example", {{"ChainID", ""}, {"ProjectName", ""}, {"Unknown", json::array{}}});
  me.add_domain("a.example");
  const json::object body{
      {"CHAINID", chain}, {"domain", "a.example"}, {"https", true}, {"MINtlsVERSION", ""}, {"Extra", json::object()}};
  EXPECT_EQ(me.live("BindCert", body).status, 200);
  const Answer twice = me.live("BindCert", {{"ChainID", chain}, {"chainid", chain}, {"Domain", "a.example"}});
  EXPECT_EQ(twice.code(), "InvalidParam.BindError");
  EXPECT_THAT(twice.message(), HasSubstr("ChainID is there twice, as ChainID and as chainid"));
  http::Request request = service.make_request(service.root(), "ListCertV2&Action=ListCertV2", "2023-01-01", "{}");
  const Answer named_twice = service.send(std::move(request));
  EXPECT_EQ(named_twice.code(), "InvalidParam");
  EXPECT_EQ(named_twice.message(), "the query has the parameter Action twice");
}

TEST(Decision03, AGetWithAJsonBodyIsReadLikeAPostWhateverItsTypeSays) {
  TestService service;
  const Tenant me(service, service.root());
  const std::string chain = me.upload("a.example");
  me.add_domain("a.example");
  Shape shape;
  shape.method = "GET";
  shape.target = "/?Action=BindCert&Version=2023-01-01";
  shape.content_type = "application/x-www-form-urlencoded; charset=utf-8";
  shape.body = json::serialize(json::object{{"ChainID", chain}, {"Domain", "a.example"}, {"HTTPS", true}});
  const Answer answer = send(service, shape);
  EXPECT_EQ(answer.status, 200) << answer.message();
  EXPECT_EQ(me.domain("a.example").at("ChainID").as_string(), chain.c_str());
}

TEST(Decision03, AGetWithoutABodyTakesItsQuery) {
  TestService service;
  const Tenant me(service, service.root());
  const std::string chain = me.upload("a.example");
  me.add_domain("a.example");
  Shape shape;
  shape.method = "GET";
  shape.body = "";
  shape.target = "/?Action=BindCert&Version=2023-01-01&ChainID=" + chain + "&Domain=a.example&HTTPS=true";
  EXPECT_EQ(send(service, shape).status, 200);
  shape.target = "/?Action=DescribeDomain&Version=2023-01-01&DomainList=a.example";
  EXPECT_EQ(send(service, shape).result.at("DomainList").at(0).at("ChainID").as_string(), chain.c_str());
  shape.target = "/?Action=ListCerts&Version=2026-12-01&Superseded=false&ExpiringWithin=99999999&PageNum=1&PageSize=5";
  EXPECT_EQ(send(service, shape).result.at("Total").as_int64(), 1);
}

TEST(Decision03, OtherMethodsAndPathsAreNotTheApi) {
  TestService service;
  Shape shape;
  shape.method = "PUT";
  Answer answer = send(service, shape);
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.code(), "MethodNotAllowed");
  shape.method = "POST";
  shape.target = "/api?Action=ListCertV2&Version=2023-01-01";
  EXPECT_EQ(send(service, shape).status, 404);
  shape.target = "http://live.volcengineapi.com/?Action=ListCertV2&Version=2023-01-01";
  answer = send(service, shape);
  EXPECT_EQ(answer.status, 200) << "one SDK sends its whole URL: " << answer.message();
}

TEST(Decision04, AnyRegionAndAHostWithItsPortAndOnlyTheRightService) {
  TestService service;
  Shape shape;
  shape.region = "cn-beijing";
  EXPECT_EQ(send(service, shape).status, 200);
  // Signed without the port, and sent with it.
  shape.host = "certs.example.net";
  http::Request request = signed_as(service, shape);
  http::Headers headers;
  for (const http::Header& header : request.headers.fields()) {
    headers.add(header.name, header.name == "Host" ? "certs.example.net:443" : header.value);
  }
  request.headers = headers;
  EXPECT_EQ(service.send(std::move(request)).status, 200);
  shape.service = "vod";
  EXPECT_EQ(send(service, shape).code_number(), 100007);
  // The window.
  shape.service = "live";
  for (const int minutes : {14, 16}) {
    request = signed_as(service, shape);
    service.clock().advance(std::chrono::minutes(minutes));
    EXPECT_EQ(service.send(std::move(request)).status == 200, minutes < 15);
  }
}

TEST(Decision13, TheMembersThatDoNotBindStandBehindTheDocumentedSentence) {
  TestService service;
  const Tenant me(service, service.root());
  EXPECT_EQ(me.live("BindCert", {{"ChainID", 1}, {"HTTPS", "on"}}).message(),
            "Request parameter error, please check input data: ChainID must be a string; Domain is required; "
            "HTTPS must be true or false");
  const Answer broken = service.call("BindCert", R"({"ChainID":)");
  EXPECT_EQ(broken.status, 400);
  EXPECT_EQ(broken.code(), "InvalidParam.BindError");
}

TEST(Decision14, SetsAndRangesFillTheDocumentedTemplates) {
  TestService service;
  const Tenant me(service, service.root());
  EXPECT_EQ(me.live("ListDomainDetail", {{"PageNum", 0}, {"PageSize", 1}}).message(),
            "PageNum should be between 1 and 1000");
  const json::object body{{"ChainID", "x"}, {"Domain", "a.example"}, {"MaxTLSVersion", "TLSv1.4"}};
  const Answer answer = me.live("BindCert", body);
  EXPECT_EQ(answer.code(), "InvalidParam.OutOfRange");
  EXPECT_EQ(answer.message(), "MaxTLSVersion should be one of {[TLSv1.0,TLSv1.1,TLSv1.2,TLSv1.3]}");
  const PemPair pair = service.pki().upload("a.example");
  std::string name;
  for (int i = 0; i < 255; ++i) name += "证";
  EXPECT_EQ(service.create_cert(pair, {{"CertName", name}}).status, 200) << "characters count, not bytes";
  EXPECT_EQ(service.create_cert(pair, {{"CertName", name + "x"}}).message(),
            "length of CertName should be between 0 and 255");
}

TEST(Decision22, ARequestWithoutActionMissesAParameter) {
  TestService service;
  for (const char* target : {"/", "/?Version=2023-01-01", "/?Action=ListCertV2", "/?Action=&Version=2023-01-01"}) {
    Shape shape;
    shape.target = target;
    const Answer answer = send(service, shape);
    EXPECT_EQ(answer.status, 400) << target;
    EXPECT_EQ(answer.code_number(), 100002) << target;
  }
}

TEST(Decision24, TheOlderActionsAreAnsweredAndOlderMembersIgnored) {
  TestService service;
  const Tenant me(service, service.root());
  const std::string chain = me.upload("a.example");
  const json::object rename{{"UseWay", "https"}, {"ChainID", chain}, {"CertName", "m"}, {"AccountID", json::array{1}}};
  EXPECT_EQ(me.live("UpdateCert", rename).status, 200);
  const Answer list = me.live("ListCert", {{"AccountID", "somebody"}});
  EXPECT_EQ(list.result.at("CertList").at(0).at("CertName").as_string(), "m");
}

TEST(Decision25, OurOwnActionsAreSignedEnvelopedAndAuditedLikeTheOthers) {
  TestService service;
  const Tenant me(service, service.root());
  const std::string chain = me.upload("a.example");
  ASSERT_EQ(me.update(chain, leaf_for({"a.example"})).status, 200);
  const Answer answer = me.own("RollbackCert", {{"ChainID", chain}});
  EXPECT_EQ(answer.metadata.at("Version").as_string(), "2026-12-01");
  EXPECT_EQ(answer.metadata.at("Service").as_string(), "live");
  const auto audit = *service.store().ask(&store::Snapshot::audit, store::AuditFilter{}, 1000);
  EXPECT_EQ(audit.back().action, "RollbackCert");
  EXPECT_EQ(audit.back().subject, chain);
  EXPECT_EQ(audit.back().access_key_id, service.root().access_key_id);
  EXPECT_EQ(audit.back().peer_address, "127.0.0.1");
  EXPECT_EQ(me.live("RollbackCert", {{"ChainID", chain}}).code(), "InvalidActionOrVersion");
}

TEST(Decision28, TheRegionInAnswersIsTheConfiguredOne) {
  TestService service;
  Shape shape;
  shape.region = "us-east-1";
  EXPECT_EQ(send(service, shape).metadata.at("Region").as_string(), "cn-north-1");
}

}  // namespace
}  // namespace livecert
