#include <set>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_service.h"
#include "x509/issuer_answer.h"
#include "x509/pem.h"

namespace livecert {
namespace {

namespace json = boost::json;
using test::Answer;
using test::PemPair;
using test::TestService;
using testing::HasSubstr;

std::string chain_body(const std::string& chain) {
  return R"({"ChainID":")" + chain + R"("})";
}

std::vector<std::string> chain_ids(const Answer& list) {
  std::vector<std::string> ids;
  for (const json::value& item : list.result.at("CertList").as_array()) {
    ids.emplace_back(item.at("ChainID").as_string());
  }
  return ids;
}

TEST(CreateCert, AnswersEveryDocumentedMember) {
  TestService service;
  const Answer answer = service.create_cert(service.pki().upload(), {{"CertName", "demo"}});
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_THAT(answer.text("ChainID"), testing::MatchesRegex("[0-9a-f]{32}"));
  EXPECT_EQ(answer.text("Domain"), "live.example.net");
  EXPECT_EQ(answer.text("UseWay"), "https");
  EXPECT_EQ(answer.metadata.at("RequestId"), answer.metadata.at("RequestID"));
  EXPECT_EQ(answer.metadata.at("RequestId").as_string().size(), 34U);
  EXPECT_EQ(answer.metadata.at("Action").as_string(), "CreateCert");
  EXPECT_EQ(answer.metadata.at("Version").as_string(), "2023-01-01");
  EXPECT_EQ(answer.metadata.at("Service").as_string(), "live");
  EXPECT_EQ(answer.metadata.at("Region").as_string(), "cn-north-1");
  EXPECT_EQ(answer.headers.find("X-Tt-Logid"), std::string_view(answer.metadata.at("RequestId").as_string()));
}

TEST(CreateCert, StoresTheChainWithEachDerUnchanged) {
  TestService service;
  const PemPair pair = service.pki().upload();
  const std::string chain = service.create_cert(pair).text("ChainID");
  const Answer detail = service.call("DescribeCertDetailSecretV2", chain_body(chain));
  ASSERT_EQ(detail.status, 200);
  const json::array& pems = detail.result.at("SSL").at("Chain").as_array();
  ASSERT_EQ(pems.size(), 2U);
  EXPECT_EQ(std::string(pems[0].as_string()) + std::string(pems[1].as_string()), pair.certificates);
  EXPECT_EQ(detail.result.at("SSL").at("KeyType").as_string(), "ecdsa");
  EXPECT_EQ(json::serialize(detail.result).find("PRIVATE"), std::string::npos);
}

TEST(Decision02, TakesEverySpellingOfItsMembersAndIgnoresTheRest) {
  TestService service;
  const PemPair pair = service.pki().upload();
  const json::object rsa{{"pubkey", pair.certificates}, {"PRIKEY", pair.key}, {"extra", 1}};
  const json::object body{{"rsa", rsa},        {"useway", "https"}, {"AccountID", "x"}, {"CertDomain", json::array()},
                          {"projectname", ""}, {"ChainId", ""}};
  EXPECT_EQ(service.call("CreateCert", json::serialize(body)).status, 200);
}

TEST(CreateCert, NamesNeedNotBeUniqueAndMayBeAnyText) {
  TestService service;
  const std::string name = "\xe7\x9b\xb4\xe6\x92\xad / \"x\" \\ \n";
  const std::string first =
      service.create_cert(service.pki().upload("a.example"), {{"CertName", name}}).text("ChainID");
  const std::string second =
      service.create_cert(service.pki().upload("b.example"), {{"CertName", name}}).text("ChainID");
  EXPECT_NE(first, second);
  const Answer list = service.call("ListCertV2", "{}");
  EXPECT_EQ(std::string(list.result.at("CertList").at(0).at("CertName").as_string()), name);
}

// Decision 7: a blind re-deploy converges.
TEST(CreateCert, TheSameChainAgainAnswersTheChainThatHoldsIt) {
  TestService service;
  const PemPair pair = service.pki().upload();
  const std::string first = service.create_cert(pair, {{"CertName", "one"}}).text("ChainID");
  EXPECT_EQ(service.create_cert(pair, {{"CertName", "two"}}).text("ChainID"), first);
  const Answer list = service.call("ListCertV2", "{}");
  EXPECT_EQ(list.result.at("Total").as_int64(), 1);
  EXPECT_EQ(list.result.at("CertList").at(0).at("CertName").as_string(), "one") << "nothing was changed";
}

// Decision 7.
TEST(CreateCert, TheSameChainWithItsRootIsTheSame) {
  TestService service;
  PemPair pair = service.pki().upload();
  const std::string first = service.create_cert(pair).text("ChainID");
  pair.certificates += x509::to_pem(service.pki().root());
  EXPECT_EQ(service.create_cert(pair).text("ChainID"), first);
}

// Decision 7.
TEST(CreateCert, DuplicatesAreAllowedWhenTheOperatorSaysSo) {
  TestService service({.settings = {.converge_duplicates = false}});
  const PemPair pair = service.pki().upload();
  EXPECT_NE(service.create_cert(pair).text("ChainID"), service.create_cert(pair).text("ChainID"));
}

// Decision 5.
TEST(CreateCert, AnUpdateKeepsWhatIsNotSent) {
  TestService service;
  const auto user = service.new_account("media", {"default", "live"});
  const std::string chain =
      service.create_cert(user, service.pki().upload(), {{"CertName", "n"}, {"ProjectName", "live"}}).text("ChainID");
  const std::string before =
      std::string(service.call(user, "ListCertV2", "{}").result.at("CertList").at(0).at("CertID").as_string());
  const PemPair renewed = service.pki().upload();
  const Answer answer = service.create_cert(user, renewed, {{"ChainID", chain}});
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_EQ(answer.text("ChainID"), chain);

  const Answer list = service.call(user, "ListCertV2", "{}");
  ASSERT_EQ(list.result.at("Total").as_int64(), 1);
  const json::value& item = list.result.at("CertList").at(0);
  EXPECT_EQ(item.at("CertName").as_string(), "n");
  EXPECT_EQ(item.at("ProjectName").as_string(), "live");
  EXPECT_NE(std::string(item.at("CertID").as_string()), before);
  const Answer detail = service.call(user, "DescribeCertDetailSecretV2", chain_body(chain));
  EXPECT_TRUE(renewed.certificates.starts_with(std::string(detail.result.at("SSL").at("Chain").at(0).as_string())));
  const Answer old = service.call(user, "DescribeCertDetailSecretV2", R"({"CertID":")" + before + R"("})");
  EXPECT_EQ(old.status, 200) << "versions never change, and an old one can be looked at";
}

// Decision 5.
TEST(CreateCert, AnUpdateWithTheSameContentMakesNoVersionButTakesAName) {
  TestService service;
  const PemPair pair = service.pki().upload();
  const std::string chain = service.create_cert(pair, {{"CertName", "one"}}).text("ChainID");
  const auto cert_id = [&] {
    return std::string(service.call("ListCertV2", "{}").result.at("CertList").at(0).at("CertID").as_string());
  };
  const std::string version = cert_id();
  EXPECT_EQ(service.create_cert(pair, {{"ChainID", chain}, {"CertName", "two"}}).status, 200);
  EXPECT_EQ(cert_id(), version);
  EXPECT_EQ(service.call("ListCertV2", "{}").result.at("CertList").at(0).at("CertName").as_string(), "two");
}

// Decision 12.
TEST(CreateCert, SaysEverythingThatIsWrongWithTheMaterialAtOnce) {
  TestService service;
  test::Pki::Leaf expired;
  expired.not_before = service.clock().now() - std::chrono::days(60);
  expired.not_after = service.clock().now() - std::chrono::days(1);
  PemPair pair = service.pki().upload_without_intermediate(expired);
  pair.certificates = x509::to_pem(service.pki().intermediate()) + pair.certificates;
  pair.key = service.pki().upload().key;
  const Answer answer = service.create_cert(pair);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.code(), "InvalidParam");
  for (const char* id : {"chain-out-of-order", "leaf-expired", "key-does-not-match"}) {
    EXPECT_THAT(answer.message(), HasSubstr(id));
  }
  EXPECT_EQ(service.call("ListCertV2", "{}").result.at("Total").as_int64(), 0) << "nothing half-written";
}

TEST(ListCertV2, ShowsEveryMemberNewestFirst) {
  TestService service;
  for (const char* name : {"a.example", "b.example", "c.example"}) {
    EXPECT_EQ(service.create_cert(service.pki().upload(name), {{"CertName", name}}).status, 200);
  }
  const Answer list = service.call("ListCertV2", "{}");
  ASSERT_EQ(list.status, 200);
  EXPECT_EQ(list.result.at("Total").as_int64(), 3);
  const json::object& item = list.result.at("CertList").at(0).as_object();
  EXPECT_EQ(item.at("CertName").as_string(), "c.example");
  EXPECT_EQ(item.at("CreateTime").as_string(), "2026-06-01T12:00:00Z");
  EXPECT_EQ(item.at("NotAfter").as_string(), "2026-08-30T12:00:00Z");
  EXPECT_EQ(item.at("ProjectName").as_string(), "default");
  EXPECT_EQ(item.at("Status").as_string(), "OK");
  EXPECT_TRUE(item.at("CertDomainList").as_array().empty());
  EXPECT_EQ(item.at("ChainIDVolc").as_string(), "");
  EXPECT_THAT(std::string(item.at("CertID").as_string()), testing::MatchesRegex("[0-9]+"));
  const json::value& info = list.result.at("ExpirationInfo");
  EXPECT_EQ(info.at("ActiveNum").as_int64(), 3);
  EXPECT_EQ(info.at("ExpireNum").as_int64(), 0);
  EXPECT_EQ(info.at("ClosingExpireNum").as_int64(), 0);
}

// Decision 18, and a client that asks for pages until one comes short.
TEST(ListCertV2, PagesCoverEverythingOnceAndEnd) {
  TestService service;
  std::set<std::string> made;
  for (int i = 0; i < 23; ++i) {
    made.insert(service.create_cert(service.pki().upload("n" + std::to_string(i) + ".example")).text("ChainID"));
  }
  std::vector<std::string> seen;
  for (int page = 1;; ++page) {
    ASSERT_LT(page, 5);
    const Answer list = service.call("ListCertV2", R"({"PageNum":)" + std::to_string(page) + R"(,"PageSize":10})");
    EXPECT_EQ(list.result.at("Total").as_int64(), 23);
    const auto ids = chain_ids(list);
    seen.insert(seen.end(), ids.begin(), ids.end());
    if (ids.size() < 10) break;
  }
  EXPECT_EQ(seen.size(), 23U);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()), made);
  EXPECT_TRUE(chain_ids(service.call("ListCertV2", R"({"PageNum":2147483647,"PageSize":1000})")).empty());
  EXPECT_EQ(chain_ids(service.call("ListCertV2", R"({"PageSize":5})")).size(), 5U);
  EXPECT_EQ(chain_ids(service.call("ListCertV2", R"({"PageNum":1})")).size(), 23U);
  EXPECT_TRUE(chain_ids(service.call("ListCertV2", R"({"PageNum":2})")).empty());
}

TEST(ListCertV2, FiltersByNameProjectAndValidity) {
  TestService service;
  const auto user = service.new_account("media", {"default", "live"});
  EXPECT_EQ(service.create_cert(user, service.pki().upload("a.example"), {{"CertName", "Alpha 100%"}}).status, 200);
  EXPECT_EQ(
      service.create_cert(user, service.pki().upload("b.example"), {{"CertName", "beta"}, {"ProjectName", "live"}})
          .status,
      200);
  test::Pki::Leaf brief;
  brief.not_after = service.clock().now() + std::chrono::days(3);
  EXPECT_EQ(service.create_cert(user, service.pki().upload(brief), {{"CertName", "brief"}}).status, 200);
  const auto total = [&](const std::string& body) {
    return service.call(user, "ListCertV2", body).result.at("Total").as_int64();
  };
  EXPECT_EQ(total(R"({"CertName":"ALPHA"})"), 1);
  EXPECT_EQ(total(R"({"CertName":"%"})"), 1) << "a per cent sign is no wildcard";
  EXPECT_EQ(total(R"({"CertName":"_"})"), 0);
  EXPECT_EQ(total(R"({"ProjectName":"live"})"), 1);
  EXPECT_EQ(total(R"({"Available":false})"), 0);

  service.clock().advance(std::chrono::days(4));
  EXPECT_EQ(total("{}"), 3);
  EXPECT_EQ(total(R"({"Expiring":true})"), 3) << "Expiring counts only together with Available";
  EXPECT_EQ(total(R"({"Available":true,"Expiring":true})"), 1);
  EXPECT_EQ(total(R"({"Available":true,"Expiring":false})"), 2);
  EXPECT_EQ(total(R"({"Available":true})"), 2);
  const Answer all = service.call(user, "ListCertV2", "{}");
  EXPECT_EQ(all.result.at("ExpirationInfo").at("ExpireNum").as_int64(), 1);
  EXPECT_EQ(all.result.at("CertList").at(0).at("Status").as_string(), "Expire");
}

TEST(ListCertV2, TakesItsParametersFromTheQueryOfAGet) {
  TestService service;
  EXPECT_EQ(service.create_cert(service.pki().upload()).status, 200);
  // Signed as a GET without a body, as some SDKs list.
  http::Request request;
  request.method = "GET";
  request.target = "/?Action=ListCertV2&Version=2023-01-01&Available=true&PageNum=1&PageSize=10";
  request.headers.add("Host", "h");
  const http::Headers added =
      signature::sign({"GET", request.target, "h", "", {}}, service.root(), service.clock().now(), "x", "live");
  for (const http::Header& header : added.fields()) {
    request.headers.add(header.name, header.value);
  }
  request.headers.add("Content-Type", "");
  const Answer answer = service.send(std::move(request));
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_EQ(answer.result.at("Total").as_int64(), 1);
}

TEST(ListCertV2, ALongListIsStreamedWhole) {
  TestService service({.settings = {.converge_duplicates = false}});
  const PemPair pair = service.pki().upload();
  const std::string name(200, 'x');
  for (int i = 0; i < 1200; ++i) ASSERT_EQ(service.create_cert(pair, {{"CertName", name}}).status, 200);
  const Answer list = service.call("ListCertV2", "{}");
  const auto ids = chain_ids(list);
  EXPECT_EQ(ids.size(), 1200U);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1200U);
}

TEST(DescribeCertDetailSecretV2, TakesExactlyOneId) {
  TestService service;
  const std::string chain = service.create_cert(service.pki().upload()).text("ChainID");
  EXPECT_EQ(service.call("DescribeCertDetailSecretV2", "{}").status, 400);
  const Answer both = service.call("DescribeCertDetailSecretV2", R"({"CertID":"1","ChainID":")" + chain + R"("})");
  EXPECT_EQ(both.code(), "InvalidParam");
  EXPECT_THAT(both.message(), HasSubstr("exactly one"));
  for (const char* body : {R"({"CertID":"1"})", R"({"CertID":"x"})", R"({"ChainID":"x"})",
                           R"({"ChainID":"00000000000000000000000000000000"})"}) {
    const Answer absent = service.call("DescribeCertDetailSecretV2", body);
    EXPECT_EQ(absent.status, 404) << body;
    EXPECT_EQ(absent.code(), "ResourceNotFound");
  }
  EXPECT_EQ(service.call("DescribeCertDetailSecretV2", R"({"CertID":"","ChainID":")" + chain + R"("})").status, 200);
}

}  // namespace
}  // namespace livecert
