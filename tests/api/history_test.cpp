#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant.h"

namespace livecert {
namespace {

namespace json = boost::json;
using std::chrono::days;
using test::Answer;
using test::column;
using test::leaf_for;
using test::strings;
using test::Tenant;
using test::TestService;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class History : public testing::Test {
 protected:
  History() : me(service, service.root()) {}

  [[nodiscard]] json::array versions(const std::string& chain) const {
    const Answer answer = me.own("ListCertVersions", {{"ChainID", chain}});
    EXPECT_EQ(answer.status, 200) << answer.message();
    return answer.result.at("VersionList").as_array();
  }
  [[nodiscard]] std::vector<std::string> ids(const std::string& chain) const {
    return column(versions(chain), "CertID");
  }
  [[nodiscard]] std::string current(const std::string& chain) const {
    return std::string(me.chain(chain).at("CertID").as_string());
  }
  [[nodiscard]] Answer roll_back(const std::string& chain, json::object more = {}) const {
    more["ChainID"] = chain;
    return me.own("RollbackCert", more);
  }
  // A chain with that many versions, each for the same name.
  [[nodiscard]] std::string chain_of(int count) const {
    const std::string chain = me.upload("a.example");
    for (int i = 1; i < count; ++i) EXPECT_EQ(me.update(chain, leaf_for({"a.example"})).status, 200);
    return chain;
  }

  mutable TestService service;
  Tenant me;
};
using ListCertVersions = History;
using RollbackCert = History;
using ListBindings = History;

TEST_F(ListCertVersions, ShowsEveryMemberNewestFirst) {
  const std::string chain = me.upload(leaf_for({"a.example", "b.example"}));
  ASSERT_EQ(me.update(chain, leaf_for({"a.example"})).status, 200);
  const Answer answer = me.own("ListCertVersions", {{"ChainID", chain}});
  EXPECT_EQ(answer.text("ChainID"), chain);
  const json::array list = versions(chain);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_TRUE(list[0].at("Current").as_bool());
  EXPECT_EQ(std::string(list[0].at("CertID").as_string()), current(chain));
  const json::object old = list[1].as_object();
  EXPECT_FALSE(old.at("Current").as_bool());
  EXPECT_THAT(strings(old.at("DNSNames")), ElementsAre("a.example", "b.example"));
  EXPECT_EQ(old.at("KeyType").as_string(), "ecdsa");
  EXPECT_EQ(old.at("NotBefore").as_string(), "2026-05-31T12:00:00Z");
  EXPECT_EQ(old.at("NotAfter").as_string(), "2026-08-30T12:00:00Z");
  EXPECT_EQ(old.at("EndsAt").as_string(), "2026-08-30T12:00:00Z");
  EXPECT_EQ(old.at("CreateTime").as_string(), "2026-06-01T12:00:00Z");
  EXPECT_EQ(old.at("Status").as_string(), "OK");
  EXPECT_EQ(old.at("CreatedBy").as_string(), service.root().access_key_id.c_str());
  EXPECT_EQ(old.at("CreatedFrom").as_string(), "127.0.0.1");
  EXPECT_THAT(std::string(old.at("Fingerprint").as_string()), testing::MatchesRegex("[0-9a-f]{64}"));
  EXPECT_EQ(old.size(), 12U);
}

TEST_F(ListCertVersions, NamesWhatIsMissingOrUnknown) {
  EXPECT_EQ(me.own("ListCertVersions", {}).code(), "InvalidParam.BindError");
  EXPECT_EQ(me.own("ListCertVersions", {{"ChainID", "00112233445566778899aabbccddeeff"}}).status, 404);
}

TEST(KeepVersions, OlderOnesGoAndTheCurrentOneNever) {
  TestService service({.settings = {.keep_versions = 2}});
  const Tenant me(service, service.root());
  const std::string chain = me.upload("a.example");
  const auto ids = [&] {
    return column(me.own("ListCertVersions", {{"ChainID", chain}}).result.at("VersionList"), "CertID");
  };
  const std::string first = ids().front();
  ASSERT_EQ(me.update(chain, leaf_for({"a.example"})).status, 200);
  const std::string second = ids().front();
  ASSERT_EQ(me.update(chain, leaf_for({"a.example"})).status, 200);
  EXPECT_EQ(ids().size(), 2U);
  EXPECT_EQ(ids().back(), second);
  EXPECT_EQ(me.live("DescribeCertDetailSecretV2", {{"CertID", first}}).status, 404);
}

TEST_F(RollbackCert, MakesTheVersionBeforeCurrentAndTheBoundDomainFollows) {
  const std::string chain = chain_of(3);
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(chain, "a.example").status, 200);
  const auto all = ids(chain);
  Answer answer = roll_back(chain);
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_EQ(answer.text("ChainID"), chain);
  EXPECT_EQ(answer.text("CertID"), all[1]);
  EXPECT_EQ(current(chain), all[1]);
  EXPECT_EQ(ids(chain), all) << "versions never change";
  EXPECT_EQ(me.domain("a.example").at("ChainID").as_string(), chain.c_str());
  EXPECT_EQ(roll_back(chain).text("CertID"), all[2]);
  answer = roll_back(chain);
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.message(), HasSubstr("no version older"));
  EXPECT_EQ(roll_back(chain, {{"CertID", all[0]}}).status, 200) << "forward again";
  EXPECT_EQ(current(chain), all[0]);
}

TEST_F(RollbackCert, ANamedVersionMayBeAskedForAgain) {
  const std::string chain = chain_of(3);
  const std::string wanted = ids(chain)[2];
  for (int i = 0; i < 2; ++i) EXPECT_EQ(roll_back(chain, {{"CertID", wanted}}).text("CertID"), wanted);
  EXPECT_EQ(current(chain), wanted);
}

TEST_F(RollbackCert, RefusesAVersionThatIsNotOfThisChain) {
  const std::string chain = chain_of(2);
  const std::string other = current(me.upload("b.example"));
  for (const std::string& version : {other, std::string("1"), std::string("x")}) {
    const Answer answer = roll_back(chain, {{"CertID", version}});
    EXPECT_EQ(answer.status, 404) << version;
    EXPECT_THAT(answer.message(), HasSubstr("CertID"));
  }
  EXPECT_EQ(me.own("RollbackCert", {}).code(), "InvalidParam.BindError");
  EXPECT_EQ(roll_back("00112233445566778899aabbccddeeff").status, 404);
}

TEST_F(RollbackCert, RefusesWhatIsNotGoodForABoundDomainAndSaysWhich) {
  const std::string chain = me.upload(leaf_for({"b.example"}));
  ASSERT_EQ(me.update(chain, leaf_for({"a.example", "b.example"})).status, 200);
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(chain, "a.example").status, 200);
  const std::string before = current(chain);
  const Answer answer = roll_back(chain);
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), HasSubstr("a.example"));
  EXPECT_EQ(current(chain), before);
  ASSERT_EQ(me.live("UnbindCert", {{"Domain", "a.example"}}).status, 200);
  EXPECT_EQ(roll_back(chain).status, 200);
}

TEST_F(RollbackCert, RefusesWhatHasExpired) {
  test::Pki::Leaf brief = leaf_for({"a.example"});
  brief.not_after = service.clock().now() + days(3);
  const std::string chain = me.upload(brief);
  ASSERT_EQ(me.update(chain, leaf_for({"a.example"})).status, 200);
  service.clock().advance(days(4));
  const Answer answer = roll_back(chain);
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), HasSubstr("expired"));
}

TEST_F(ListBindings, ShowsEveryMember) {
  const std::string chain = me.upload("a.example");
  me.add_domain("a.example");
  me.add_domain("unbound.example");
  ASSERT_EQ(me.bind(chain, "a.example", {{"HTTPS", true}, {"MaxTLSVersion", "TLSv1.3"}}).status, 200);
  const Answer answer = me.own("ListBindings", {});
  EXPECT_EQ(json::serialize(answer.result),
            R"({"Total":1,"BindingList":[{"Domain":"a.example","Vhost":"a-example","ProjectName":"default",)"
            R"("ChainID":")" +
                chain +
                R"(","HTTPS":true,"HTTP2":false,"MinTLSVersion":"TLSv1.2","MaxTLSVersion":"TLSv1.3",)"
                R"("BoundAt":"2026-06-01T12:00:00Z","BoundBy":")" +
                service.root().access_key_id + R"(","BoundFrom":"127.0.0.1"}]})");
}

TEST_F(ListBindings, FiltersByChainAndDomainAndPages) {
  const std::string wide = me.upload(leaf_for({"*.w.example"}));
  const std::string narrow = me.upload("c.example");
  for (const char* name : {"a.w.example", "b.w.example", "c.example"}) me.add_domain(name);
  for (const char* name : {"a.w.example", "b.w.example"}) ASSERT_EQ(me.bind(wide, name).status, 200);
  ASSERT_EQ(me.bind(narrow, "c.example").status, 200);
  const auto names = [&](const json::object& filter) {
    return column(me.own("ListBindings", filter).result.at("BindingList"), "Domain");
  };
  EXPECT_THAT(names({{"ChainID", wide}}), ElementsAre("b.w.example", "a.w.example"));
  EXPECT_THAT(names({{"Domain", "C.example"}}), ElementsAre("c.example"));
  EXPECT_THAT(names({{"ChainID", wide}, {"Domain", "c.example"}}), IsEmpty());
  EXPECT_THAT(names({{"PageNum", 2}, {"PageSize", 2}}), ElementsAre("a.w.example"));
  EXPECT_THAT(names({{"PageNum", 3}, {"PageSize", 2}}), IsEmpty());
  EXPECT_EQ(me.own("ListBindings", {{"ChainID", "00112233445566778899aabbccddeeff"}}).status, 404);
  EXPECT_EQ(me.own("ListBindings", {{"Domain", "nobody.example"}}).status, 404);
  EXPECT_EQ(me.own("ListBindings", {{"PageNum", 0}}).code(), "InvalidParam.OutOfRange");
  EXPECT_EQ(me.own("ListBindings", {{"ChainID", 1}}).code(), "InvalidParam.BindError");
}

}  // namespace
}  // namespace livecert
