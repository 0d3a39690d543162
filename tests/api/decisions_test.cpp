#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant.h"
#include "support/test_service.h"
#include "x509/pem.h"

// docs/decisions.md, one test a number; what a number means in full is tested where its subject is. Those that concern
// sockets are in tests/net and tests/integration, as that page says.
namespace livecert {
namespace {

using boost::json::object;
using test::Answer;
using test::leaf_for;
using test::Tenant;
using test::TestService;
using testing::HasSubstr;

class Decision : public testing::Test {
 protected:
  [[nodiscard]] std::string described_leaf(const std::string& chain) {
    const Answer answer = root.live("DescribeCertDetailSecretV2", {{"ChainID", chain}});
    return std::string(answer.result.at("SSL").at("Chain").at(0).as_string());
  }

  TestService service;
  const Tenant root{service, service.root()};
};

TEST_F(Decision, Number01_RequestIdIsSentInBothSpellings) {
  const Answer answer = root.live("ListCertV2", {});
  EXPECT_EQ(answer.metadata.at("RequestId"), answer.metadata.at("RequestID"));
}

TEST_F(Decision, Number02_MemberNamesMatchInAnyCaseOnceOnly) {
  EXPECT_EQ(service.call("CreateDomain", R"({"DOMAIN":"a.example.net","type":"push","nobody":1})").status, 200);
  const Answer twice =
      service.call("CreateDomain", R"({"Domain":"b.example.net","domain":"c.example.net","Type":"push"})");
  EXPECT_EQ(twice.code(), "InvalidParam.BindError");
  EXPECT_THAT(twice.message(), HasSubstr("domain"));
  EXPECT_EQ(root.live("ListCertV2", {{"CertName", ""}}).status, 200) << "an empty string is an absent one";
}

TEST_F(Decision, Number03_OtherMethodsThanPostAndGetAreRefused) {
  http::Request request = service.signed_request("ListCertV2", "{}");
  request.method = "PUT";
  const Answer answer = service.send(std::move(request));
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.code(), "MethodNotAllowed");
}

TEST_F(Decision, Number04_TheBodyIsAlwaysHashed) {
  http::Request request = service.signed_request("ListCertV2", "{}");
  request.body.push_back(' ');
  EXPECT_EQ(service.send(std::move(request)).code(), "SignatureDoesNotMatch");
}

TEST_F(Decision, Number05_AnUpdateKeepsIdNameAndProjectAndReachesEveryDomainAtOnce) {
  const std::string chain = root.upload("*.example.net", {{"CertName", "kept"}});
  for (const char* domain : {"a.example.net", "b.example.net"}) {
    root.add_domain(domain);
    ASSERT_EQ(root.bind(chain, domain).status, 200);
  }
  const Answer updated = root.update(chain, leaf_for({"a.example.net", "b.example.net"}));
  EXPECT_EQ(updated.text("ChainID"), chain);
  EXPECT_EQ(root.chain(chain).at("CertName"), "kept");
  EXPECT_EQ(root.domain("a.example.net").at("CertDomain"), "a.example.net");
  EXPECT_EQ(root.domain("b.example.net").at("CertDomain"), "b.example.net");
}

TEST_F(Decision, Number06_AnUpdateMustCoverWhatIsBoundAndBeValid) {
  const std::string chain = root.upload("*.example.net");
  root.add_domain("a.example.net");
  ASSERT_EQ(root.bind(chain, "a.example.net").status, 200);
  const std::string before = described_leaf(chain);
  const Answer uncovered = root.update(chain, leaf_for({"b.example.net"}));
  EXPECT_EQ(uncovered.code(), "InvalidParam");
  EXPECT_THAT(uncovered.message(), HasSubstr("a.example.net"));
  test::Pki::Leaf early = leaf_for({"a.example.net"});
  early.not_before = service.clock().now() + std::chrono::minutes(6);
  EXPECT_EQ(root.update(chain, early).code(), "InvalidParam");
  EXPECT_EQ(described_leaf(chain), before);
  early.not_before = service.clock().now() + std::chrono::minutes(4);
  EXPECT_EQ(root.update(chain, early).status, 200) << "clocks differ";
}

TEST_F(Decision, Number07_TheSameUploadAgainAnswersTheSameChain) {
  const test::PemPair pair = service.pki().upload("a.example.net");
  EXPECT_EQ(service.create_cert(pair).text("ChainID"), service.create_cert(pair).text("ChainID"));
  TestService allowing({.settings = {.converge_duplicates = false}});
  EXPECT_NE(allowing.create_cert(pair).text("ChainID"), allowing.create_cert(pair).text("ChainID"));
}

TEST_F(Decision, Number08_DomainIsTheOneBoundFirstElseAName) {
  const std::string chain = root.upload("*.example.net");
  EXPECT_EQ(root.update(chain, leaf_for({"*.example.net", "x.example.net"})).text("Domain"), "*.example.net");
  root.add_domain("a.example.net");
  ASSERT_EQ(root.bind(chain, "a.example.net").status, 200);
  EXPECT_EQ(root.update(chain, leaf_for({"*.example.net"})).text("Domain"), "a.example.net");
}

TEST_F(Decision, Number09_CertDomainListIsWhatIsBound) {
  const std::string chain = root.upload("*.example.net");
  EXPECT_TRUE(root.bound_to(chain).empty());
  root.add_domain("a.example.net");
  ASSERT_EQ(root.bind(chain, "a.example.net").status, 200);
  const Answer listed = root.live("ListCertV2", {{"Domain", "a.example.net"}});
  EXPECT_EQ(test::strings(listed.result.at("CertList").at(0).at("CertDomainList")),
            std::vector<std::string>{"a.example.net"});
}

TEST_F(Decision, Number10_WhatIsBoundIsNotDeleted) {
  const std::string chain = root.upload("a.example.net");
  root.add_domain("a.example.net");
  ASSERT_EQ(root.bind(chain, "a.example.net").status, 200);
  const Answer refused = root.live("DeleteCert", {{"ChainID", chain}});
  EXPECT_EQ(refused.code(), "InvalidParam");
  EXPECT_THAT(refused.message(), HasSubstr("a.example.net"));
}

TEST_F(Decision, Number11_WhoMayNotIsToldWhy) {
  const std::string chain = root.upload("a.example.net");
  root.add_domain("a.example.net");
  const signature::Credentials other = service.new_account("other");
  const Tenant stranger(service, other);
  for (const char* action : {"DeleteCert", "DescribeCertDetailSecretV2"}) {
    EXPECT_EQ(stranger.live(action, {{"ChainID", chain}}).code(), "RequestForbidden.AccountIDNotAllow") << action;
    EXPECT_EQ(stranger.live(action, {{"ChainID", std::string(32, '0')}}).code(), "ResourceNotFound") << action;
  }
  EXPECT_EQ(stranger.live("DeleteDomain", {{"Domain", "a.example.net"}}).code(), "RequestForbidden.AccountIDNotAllow");
  EXPECT_EQ(stranger.own("MoveDomain", {{"Domain", "a.example.net"}, {"AccountId", "1"}}).code(), "AccessDenied");
  const signature::Credentials narrow = service.new_account("narrow", {"edge"});
  EXPECT_EQ(Tenant(service, narrow).live("ListCertV2", {{"ProjectName", "default"}}).code(), "RequestForbidden");
}

TEST_F(Decision, Number12_BadMaterialIsToldWithAllFindings) {
  const test::PemPair pair = service.pki().upload("a.example.net");
  const Answer answer = service.create_cert({pair.certificates + pair.certificates, pair.key.substr(0, 90)});
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), HasSubstr("[chain-duplicate] certificate block 3"));
  EXPECT_THAT(answer.message(), HasSubstr("[pem-truncated] private key block 1"));
}

TEST_F(Decision, Number13_WhatDoesNotBindIsNamedBehindTheDocumentedSentence) {
  const Answer answer = root.live("BindCert", {{"ChainID", 1}});
  EXPECT_EQ(answer.code(), "InvalidParam.BindError");
  EXPECT_THAT(answer.message(), testing::StartsWith("Request parameter error, please check input data: "));
  EXPECT_THAT(answer.message(), HasSubstr("ChainID"));
  EXPECT_THAT(answer.message(), HasSubstr("Domain"));
}

TEST_F(Decision, Number14_RangesUseTheDocumentedTemplates) {
  const Answer answer = root.live("BindCert", {{"ChainID", "x"}, {"Domain", "a.example.net"}, {"MinTLSVersion", "2"}});
  EXPECT_EQ(answer.code(), "InvalidParam.OutOfRange");
  EXPECT_THAT(answer.message(), HasSubstr("MinTLSVersion should be one of {[TLSv1.0,TLSv1.1,TLSv1.2,TLSv1.3]}"));
  const Answer long_name = service.create_cert(service.pki().upload(), {{"CertName", std::string(256, 'a')}});
  EXPECT_THAT(long_name.message(), HasSubstr("length of CertName should be between 0 and 255"));
}

TEST_F(Decision, Number17_WritesOverTheAllowanceAreRefusedAndReadsWait) {
  TestService limited({.rate_limit = 2});
  const Tenant user(limited, limited.root());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(user.live("UnbindCert", {{"Domain", "a.example.net"}}).status, 404);
  EXPECT_EQ(user.live("UnbindCert", {{"Domain", "a.example.net"}}).code_number(), 100018);
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(user.live("DescribeDomain", {{"DomainList", {"a.example.net"}}}).waited);
  EXPECT_TRUE(user.live("DescribeDomain", {{"DomainList", {"a.example.net"}}}).waited);
}

TEST_F(Decision, Number18_PagesPastTheEndAreEmptyAndNoPagingIsEverything) {
  for (int i = 0; i < 12; ++i) EXPECT_FALSE(root.upload("n" + std::to_string(i) + ".example.net").empty());
  EXPECT_EQ(root.live("ListCertV2", {}).result.at("CertList").as_array().size(), 12U);
  const Answer past = root.live("ListCertV2", {{"PageNum", 3}, {"PageSize", 10}});
  EXPECT_TRUE(past.result.at("CertList").as_array().empty());
  EXPECT_EQ(past.result.at("Total"), 12);
}

TEST_F(Decision, Number19_StatusIsTheSmallestWindow) {
  test::Pki::Leaf leaf = leaf_for({"a.example.net"});
  leaf.not_after = service.clock().now() + std::chrono::days(7);
  EXPECT_EQ(root.chain(root.upload(leaf)).at("Status"), "7days");
}

TEST_F(Decision, Number21_NoAnswerHoldsAPrivateKey) {
  const test::PemPair pair = service.pki().upload("a.example.net");
  const std::string chain = service.create_cert(pair).text("ChainID");
  const std::string secret = pair.key.substr(60, 30);
  for (const char* action : {"DescribeCertDetailSecretV2", "ListCertVersions", "RollbackCert"}) {
    const Answer answer = std::string_view(action).starts_with("Describe") ? root.live(action, {{"ChainID", chain}})
                                                                           : root.own(action, {{"ChainID", chain}});
    EXPECT_THAT(boost::json::serialize(answer.result), testing::Not(HasSubstr(secret))) << action;
  }
}

TEST_F(Decision, Number22_ABareCallMissesItsAction) {
  http::Request request = service.signed_request("ListCertV2", "{}");
  request.target = "/";
  EXPECT_EQ(service.send(std::move(request)).code_number(), 100002);
}

TEST_F(Decision, Number23_AProjectMustHaveBeenMade) {
  EXPECT_EQ(root.live("CreateDomainV2",
                      {{"Vhost", "v"},
                       {"ProjectName", "nobody-made-it"},
                       {"Domains", {object{{"DomainName", "a.example.net"}, {"Type", "push"}, {"Region", "cn"}}}}})
                .code(),
            "ResourceNotFound");
}

TEST_F(Decision, Number24_TheOlderActionsAreAnswered) {
  const std::string chain = root.upload("a.example.net");
  EXPECT_EQ(root.live("UpdateCert", {{"ChainID", chain}, {"CertName", "new"}, {"UseWay", "https"}}).status, 200);
  EXPECT_EQ(root.live("ListCert", {{"AccountID", "1"}}).result.at("CertList").at(0).at("statuscode"), 0);
}

TEST_F(Decision, Number25_OurOwnActionsHaveTheirOwnVersion) {
  EXPECT_EQ(root.own("ListCerts", {}).status, 200);
  EXPECT_EQ(root.live("ListCerts", {}).code(), "InvalidActionOrVersion");
}

TEST_F(Decision, Number26_TheSameSignedRequestAgainDoesNoHarm) {
  const http::Request request = service.signed_request("CreateDomain", R"({"Domain":"a.example.net","Type":"push"})");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(service.send(http::Request(request)).status, 200);
  EXPECT_EQ(root.live("ListDomainDetail", {{"PageNum", 1}, {"PageSize", 10}}).result.at("Total"), 1);
}

TEST_F(Decision, Number27_AMessageSaysWhatToDo) {
  const std::string chain = root.upload("a.example.net");
  EXPECT_THAT(root.bind(chain, "a.example.net").message(), HasSubstr("livecert domain add a.example.net"));
}

TEST_F(Decision, Number28_TheRegionIsTheConfiguredOne) {
  EXPECT_EQ(root.live("ListCertV2", {}).metadata.at("Region"), "cn-north-1");
}

TEST_F(Decision, Number29_WarningsAreThereOnlyWhenThereAreSome) {
  EXPECT_TRUE(service.create_cert(service.pki().upload("a.example.net")).result.as_object().contains("Warnings"));
  const test::PemPair pair = service.pki().upload("b.example.net");
  const std::string with_root = pair.certificates + x509::to_pem(service.pki().root());
  EXPECT_FALSE(service.create_cert({with_root, pair.key}).result.as_object().contains("Warnings"));
}

TEST_F(Decision, Number30_AnUnknownDomainIsAnErrorUnlessTheServiceMakesThem) {
  const std::string chain = root.upload("a.example.net");
  EXPECT_EQ(root.bind(chain, "a.example.net").code(), "ResourceNotFound");
  TestService automatic({.settings = {.register_domains = true}});
  const Tenant user(automatic, automatic.root());
  const std::string there = user.upload("a.example.net");
  EXPECT_EQ(user.bind(there, "a.example.net").status, 200);
  EXPECT_EQ(user.bind(there, "b.example.net").code(), "ResourceNotFound") << "it does not cover that";
}

TEST_F(Decision, Number33_IdsHaveTheirShapes) {
  const std::string chain = root.upload("a.example.net");
  EXPECT_THAT(chain, testing::MatchesRegex("[0-9a-f]+"));
  EXPECT_EQ(chain.size(), 32U);
  EXPECT_THAT(std::string(root.chain(chain).at("CertID").as_string()), testing::MatchesRegex("[0-9]+"));
}

}  // namespace
}  // namespace livecert
