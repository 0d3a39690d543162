#include <filesystem>
#include <fstream>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/faulty_store.h"
#include "support/tenant.h"

namespace livecert {
namespace {

namespace json = boost::json;
using test::Answer;
using test::column;
using test::leaf_for;
using test::Tenant;
using test::TestService;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kUnknownChain = "00112233445566778899aabbccddeeff";

class Binding : public testing::Test {
 protected:
  Binding() : Binding(TestService::Options()) {}
  explicit Binding(TestService::Options options) : service(std::move(options)), me(service, service.root()) {}

  json::object switches(const std::string& domain) const {
    const Answer list = me.own("ListBindings", {{"Domain", domain}});
    const json::array& bindings = list.result.at("BindingList").as_array();
    return bindings.empty() ? json::object() : bindings[0].as_object();
  }

  TestService service;
  Tenant me;
};
using BindCert = Binding;
using UnbindCert = Binding;
using DeleteCert = Binding;

TEST_F(BindCert, AnswersNoResultAndTheDomainShowsTheChain) {
  const std::string chain = me.upload(leaf_for({"*.example.net"}));
  me.add_domain("live.example.net");
  const Answer answer = me.bind(chain, "live.example.net", {{"HTTPS", true}, {"HTTP2", true}});
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_TRUE(answer.result.is_null());
  const json::object domain = me.domain("live.example.net");
  EXPECT_EQ(domain.at("ChainID").as_string(), chain.c_str());
  EXPECT_EQ(domain.at("CertDomain").as_string(), "*.example.net");
  EXPECT_TRUE(domain.at("HTTP2").as_bool());
}

// BindCert repeats the warnings about clients that do not accept the chain.
TEST_F(BindCert, AndDescribeCertWarnOfAnIssuerThatSomeClientsDoNotFind) {
  const auto read = [](const char* file) {
    std::ifstream stream(std::filesystem::path(LIVECERT_CORPUS) / "warn-key-id-of-another" / file);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  };
  const std::string chain = service.create_cert({read("certificates.pem"), read("key.pem")}).text("ChainID");
  me.add_domain("live.example.com");
  const Answer answer = me.bind(chain, "live.example.com", {{"HTTPS", true}});
  ASSERT_EQ(answer.status, 200) << answer.message();
  const auto told = [](const json::value& result) { return test::strings(result.at("Warnings")); };
  EXPECT_THAT(told(answer.result), ElementsAre(HasSubstr("[issuer-key-id-differs] certificate block 1: CN=live")));
  const Answer detail = me.live("DescribeCertDetailSecretV2", {{"ChainID", chain}});
  EXPECT_EQ(told(detail.result), told(answer.result));
  EXPECT_THAT(service.access_log().back().detail, HasSubstr("issuer-key-id-differs"));
}

TEST_F(BindCert, SwitchesEverythingOffThatIsNotAskedFor) {
  const std::string chain = me.upload("a.example");
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(chain, "a.example").status, 200);
  const json::object bound = switches("a.example");
  EXPECT_FALSE(bound.at("HTTPS").as_bool());
  EXPECT_FALSE(bound.at("HTTP2").as_bool());
  EXPECT_EQ(bound.at("MinTLSVersion").as_string(), "TLSv1.2");
  EXPECT_EQ(bound.at("MaxTLSVersion").as_string(), "");
}

TEST_F(BindCert, ReplacesTheSwitchesAsAWhole) {
  const std::string chain = me.upload("a.example");
  me.add_domain("a.example");
  const json::object all{{"HTTPS", true}, {"HTTP2", true}, {"MinTLSVersion", "TLSv1.0"}, {"MaxTLSVersion", "TLSv1.3"}};
  ASSERT_EQ(me.bind(chain, "a.example", all).status, 200);
  json::object bound = switches("a.example");
  for (const auto& member : all) EXPECT_EQ(bound.at(member.key()), member.value()) << member.key();
  ASSERT_EQ(me.bind(chain, "a.example", {{"HTTPS", true}}).status, 200);
  bound = switches("a.example");
  EXPECT_FALSE(bound.at("HTTP2").as_bool());
  EXPECT_EQ(bound.at("MinTLSVersion").as_string(), "TLSv1.2");
}

TEST_F(BindCert, ReplacesTheChainThatWasThereAndManyDomainsMayUseOne) {
  const std::string old_chain = me.upload("a.example");
  const std::string new_chain = me.upload(leaf_for({"a.example", "b.example"}));
  for (const char* name : {"a.example", "b.example"}) me.add_domain(name);
  ASSERT_EQ(me.bind(old_chain, "a.example").status, 200);
  ASSERT_EQ(me.bind(new_chain, "b.example").status, 200);
  ASSERT_EQ(me.bind(new_chain, "a.example").status, 200);
  EXPECT_THAT(me.bound_to(old_chain), IsEmpty());
  EXPECT_THAT(me.bound_to(new_chain), testing::UnorderedElementsAre("a.example", "b.example"));
  EXPECT_TRUE(me.chain(old_chain).at("Superseded").as_bool());
  EXPECT_EQ(me.chain(old_chain).at("SupersededBy").as_string(), new_chain.c_str());
}

TEST_F(BindCert, TakesTheNameInAnyCaseAndIgnoresMembersOfOtherTimes) {
  const std::string chain = me.upload("a.example");
  me.add_domain("a.example");
  const json::object extras{{"Vhost", "other"}, {"CertDomain", 5}, {"UserDefinedChain", "x"}, {"AccountID", "1"}};
  ASSERT_EQ(me.bind(chain, "A.Example", extras).status, 200);
  EXPECT_THAT(me.bound_to(chain), ElementsAre("a.example"));
}

TEST_F(BindCert, NamesEveryMemberThatDoesNotBindOrFit) {
  Answer answer = me.live("BindCert", {{"HTTPS", "yes"}, {"HTTP2", 1}});
  EXPECT_EQ(answer.code(), "InvalidParam.BindError");
  EXPECT_THAT(answer.message(), AllOf(HasSubstr("ChainID is required"), HasSubstr("Domain is required"),
                                      HasSubstr("HTTPS must be true or false"), HasSubstr("HTTP2 must be")));
  const std::string chain = me.upload("a.example");
  answer = me.bind(chain, "a.example", {{"MinTLSVersion", "SSLv3"}, {"MaxTLSVersion", "1.3"}});
  EXPECT_EQ(answer.code(), "InvalidParam.OutOfRange");
  EXPECT_EQ(answer.message(),
            "MinTLSVersion should be one of {[TLSv1.0,TLSv1.1,TLSv1.2,TLSv1.3]}; "
            "MaxTLSVersion should be one of {[TLSv1.0,TLSv1.1,TLSv1.2,TLSv1.3]}");
  answer = me.bind(chain, std::string(61, 'a') + ".example");
  EXPECT_EQ(answer.code(), "InvalidParam.OutOfRange");
  for (const char* name : {"*.example", "a", "a b.example", "-a.example", "a..example", "a.example."}) {
    EXPECT_EQ(me.bind(chain, name).code(), "InvalidParam") << name;
  }
}

TEST_F(BindCert, RefusesAHighestVersionBelowTheLowest) {
  const std::string chain = me.upload("a.example");
  me.add_domain("a.example");
  Answer answer = me.bind(chain, "a.example", {{"MinTLSVersion", "TLSv1.3"}, {"MaxTLSVersion", "TLSv1.2"}});
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), HasSubstr("MaxTLSVersion TLSv1.2 is below MinTLSVersion TLSv1.3"));
  answer = me.bind(chain, "a.example", {{"MaxTLSVersion", "TLSv1.1"}});
  EXPECT_EQ(answer.code(), "InvalidParam") << "the lowest is TLSv1.2 when it is not sent";
  EXPECT_EQ(me.bind(chain, "a.example", {{"MaxTLSVersion", "TLSv1.2"}}).status, 200);
}

TEST_F(BindCert, RefusesACertificateThatIsNotGoodForTheDomainAndSaysWhatItIsGoodFor) {
  const std::string chain = me.upload(leaf_for({"b.example", "*.a.example"}));
  for (const char* name : {"a.example", "x.y.a.example"}) {
    me.add_domain(name);
    const Answer answer = me.bind(chain, name);
    EXPECT_EQ(answer.code(), "InvalidParam") << "a wildcard stands for one label";
    EXPECT_THAT(answer.message(), AllOf(HasSubstr(name), HasSubstr("b.example, *.a.example")));
  }
  EXPECT_THAT(me.bound_to(chain), IsEmpty());
}

TEST_F(BindCert, RefusesWhatHasExpiredAndWhatIsNotValidYet) {
  me.add_domain("a.example");
  test::Pki::Leaf brief = leaf_for({"a.example"});
  brief.not_after = service.clock().now() + std::chrono::days(3);
  const std::string old_chain = me.upload(brief);
  test::Pki::Leaf early = leaf_for({"a.example"});
  early.not_before = service.clock().now() + std::chrono::days(10);
  early.not_after = service.clock().now() + std::chrono::days(90);
  const std::string early_chain = me.upload(early);
  service.clock().advance(std::chrono::days(4));
  Answer answer = me.bind(old_chain, "a.example");
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), HasSubstr("expired"));
  answer = me.bind(early_chain, "a.example");
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), HasSubstr("valid only from "));
  service.clock().advance(std::chrono::days(6) - std::chrono::minutes(5));
  EXPECT_EQ(me.bind(early_chain, "a.example").status, 200) << "clocks may differ by five minutes";
}

TEST_F(BindCert, DoesNotKnowAnUnknownChain) {
  me.add_domain("a.example");
  for (const char* chain : {kUnknownChain, "x"}) {
    const Answer answer = me.bind(chain, "a.example");
    EXPECT_EQ(answer.status, 404);
    EXPECT_THAT(answer.message(), HasSubstr("ChainID"));
  }
}

// A chain that gets a new version just before each bind.
class RestlessChain final : public store::testing::ForwardingStore {
 public:
  RestlessChain(store::Store& inner, int times) : ForwardingStore(inner), times_(times) {}
  base::Later<store::Outcome> submit(store::Context context, store::Command command) override {
    if (const auto* bind = std::get_if<store::Bind>(&command); bind != nullptr && times_-- > 0) {
      ++stale;
      return store::refused({domain::Reason::kStale, domain::Subject::kVersion});
    }
    return inner().submit(std::move(context), std::move(command));
  }
  int stale = 0;

 private:
  int times_;
};

struct Restless {
  explicit Restless(int times)
      : service([&] {
          TestService::Options options;
          options.wrap_store = [this, times](store::Store& inner) {
            auto made = std::make_unique<RestlessChain>(inner, times);
            store = made.get();
            return made;
          };
          return options;
        }()),
        me(service, service.root()) {
    chain = me.upload("a.example");
    me.add_domain("a.example");
  }
  RestlessChain* store = nullptr;
  TestService service;
  Tenant me;
  std::string chain;
};

TEST(BindCertOnAChainThatChanges, ReadsItAgainAndBinds) {
  Restless restless(3);
  EXPECT_EQ(restless.me.bind(restless.chain, "a.example").status, 200);
  EXPECT_EQ(restless.store->stale, 3);
}

TEST(BindCertOnAChainThatChanges, GivesUpWithAConflictThatMayBeRepeated) {
  Restless restless(1000);
  const Answer answer = restless.me.bind(restless.chain, "a.example");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.code(), "CommonErr");
  EXPECT_EQ(answer.code_number(), 200001);
  EXPECT_LE(restless.store->stale, 10);
  EXPECT_THAT(restless.me.bound_to(restless.chain), IsEmpty());
}

// An update between reading the chain and binding it: the current version is bound, or none.
TEST_F(BindCert, NeverBindsWhatAnUpdateHasJustMadeUncovered) {
  const std::string chain = me.upload(leaf_for({"a.example", "b.example"}));
  me.add_domain("a.example");
  ASSERT_EQ(me.update(chain, leaf_for({"b.example"})).status, 200);
  const Answer answer = me.bind(chain, "a.example");
  EXPECT_EQ(answer.code(), "InvalidParam");
  EXPECT_THAT(answer.message(), HasSubstr("b.example"));
}

// One certificate to many domains: all of them or none.
TEST_F(BindCert, OfManyDomainsIsAllOrNothing) {
  const std::string former = me.upload(leaf_for({"a.example.net"}));
  const std::string chain = me.upload(leaf_for({"*.example.net"}));
  for (const char* name : {"a.example.net", "b.example.net"}) me.add_domain(name);
  ASSERT_EQ(me.bind(former, "a.example.net").status, 200);
  const json::object body{
      {"ChainID", chain},
      {"Domains", json::array{"a.example.net", "none.example.net", "b.example.net", "no name", "c.example.org"}}};

  json::object dry = body;
  dry["DryRun"] = true;
  const Answer plan = me.own("BindCerts", dry);
  ASSERT_EQ(plan.status, 200) << plan.message();
  EXPECT_FALSE(plan.result.at("Accepted").as_bool());
  std::vector<std::string> effects;
  for (const json::value& each : plan.result.at("DomainList").as_array()) {
    effects.emplace_back(each.at("Effect").as_string());
  }
  EXPECT_THAT(effects, testing::ElementsAre("bind", "refused", "bind", "refused", "refused"));
  EXPECT_EQ(plan.result.at("DomainList").at(0).at("FormerChainID").as_string(), former.c_str());

  const Answer refused = me.own("BindCerts", body);
  EXPECT_EQ(refused.status, 404);
  for (const char* words : {"no domain was bound, because of 3 of 5", "none.example.net", "no?name", "c.example.org"}) {
    EXPECT_THAT(refused.message(), HasSubstr(words));
  }
  EXPECT_EQ(me.domain("a.example.net").at("ChainID").as_string(), former.c_str());
  EXPECT_EQ(me.domain("b.example.net").at("ChainID").as_string(), "");

  const json::object good{{"ChainID", chain}, {"Domains", json::array{"A.example.net", "b.example.net"}}};
  const Answer bound = me.own("BindCerts", good);
  ASSERT_EQ(bound.status, 200) << bound.message();
  EXPECT_EQ(me.domain("a.example.net").at("ChainID").as_string(), chain.c_str());
  EXPECT_TRUE(switches("b.example.net").at("HTTPS").as_bool()) << "HTTPS is on unless it is switched off";
  EXPECT_TRUE(me.chain(former).at("Superseded").as_bool());
  const Answer again = me.own("BindCerts", good);
  EXPECT_EQ(again.result.at("DomainList").at(0).at("Effect").as_string(), "none");
}

TEST_F(BindCert, OfManyDomainsTakesEachOnceAndAnUnknownChainNever) {
  const std::string chain = me.upload(leaf_for({"a.example.net"}));
  me.add_domain("a.example.net");
  const Answer twice =
      me.own("BindCerts", {{"ChainID", chain}, {"Domains", json::array{"a.example.net", "A.EXAMPLE.net"}}});
  EXPECT_EQ(twice.code(), "InvalidParam");
  EXPECT_THAT(twice.message(), HasSubstr("a.example.net is there twice"));
  const std::string unknown(32, '0');
  EXPECT_EQ(me.own("BindCerts", {{"ChainID", unknown}, {"Domains", json::array{"a.example.net"}}}).status, 404);
  EXPECT_EQ(me.own("BindCerts", {{"ChainID", chain}, {"Domains", json::array{}}}).code(), "InvalidParam.OutOfRange");
  json::array many;
  for (int i = 0; i < 201; ++i) many.emplace_back("d" + std::to_string(i) + ".example.net");
  EXPECT_EQ(me.own("BindCerts", {{"ChainID", chain}, {"Domains", many}}).code(), "InvalidParam.OutOfRange");
}

TEST_F(UnbindCert, FreesTheDomainAndIsNoErrorWhenNothingIsBound) {
  const std::string chain = me.upload("a.example");
  me.add_domain("a.example");
  ASSERT_EQ(me.bind(chain, "a.example").status, 200);
  for (int i = 0; i < 2; ++i) {
    const Answer answer = me.live("UnbindCert", {{"Domain", "A.example"}, {"Vhost", ""}});
    EXPECT_EQ(answer.status, 200) << answer.message();
    EXPECT_TRUE(answer.result.is_null());
  }
  EXPECT_EQ(me.domain("a.example").at("ChainID").as_string(), "");
  EXPECT_FALSE(me.chain(chain).at("Superseded").as_bool()) << "nothing took its place";
}

TEST_F(UnbindCert, NamesAnUnknownDomainAndWhatIsMissing) {
  const Answer absent = me.live("UnbindCert", {{"Domain", "nobody.example"}});
  EXPECT_EQ(absent.status, 404);
  EXPECT_THAT(absent.message(), HasSubstr("nobody.example"));
  EXPECT_EQ(me.live("UnbindCert", {{"Domain", ""}}).code(), "InvalidParam.BindError");
  EXPECT_EQ(me.live("UnbindCert", {{"Vhost", "x"}}).code(), "InvalidParam.BindError");
}

TEST_F(DeleteCert, RemovesTheChainWithItsVersions) {
  const std::string chain = me.upload("a.example");
  ASSERT_EQ(me.update(chain, leaf_for({"a.example"})).status, 200);
  const auto versions = column(me.own("ListCertVersions", {{"ChainID", chain}}).result.at("VersionList"), "CertID");
  ASSERT_EQ(versions.size(), 2U);
  const Answer answer = me.live("DeleteCert", {{"ChainID", chain}});
  EXPECT_EQ(answer.status, 200) << answer.message();
  EXPECT_TRUE(answer.result.is_null());
  EXPECT_EQ(me.live("DescribeCertDetailSecretV2", {{"ChainID", chain}}).status, 404);
  for (const std::string& version : versions) {
    EXPECT_EQ(me.live("DescribeCertDetailSecretV2", {{"CertID", version}}).status, 404);
  }
  EXPECT_EQ(me.live("ListCertV2", {}).result.at("Total").as_int64(), 0);
}

TEST_F(DeleteCert, DoesNotKnowWhatIsNotThereAndNamesWhatIsMissing) {
  for (const char* chain : {kUnknownChain, "x"}) EXPECT_EQ(me.live("DeleteCert", {{"ChainID", chain}}).status, 404);
  EXPECT_EQ(me.live("DeleteCert", {}).code(), "InvalidParam.BindError");
}

TEST_F(DeleteCert, TheSameContentUploadedAgainIsANewChain) {
  const test::PemPair pair = service.pki().upload("a.example");
  const std::string chain = service.create_cert(pair).text("ChainID");
  ASSERT_EQ(me.live("DeleteCert", {{"ChainID", chain}}).status, 200);
  const Answer again = service.create_cert(pair);
  ASSERT_EQ(again.status, 200);
  EXPECT_NE(again.text("ChainID"), chain);
}

}  // namespace
}  // namespace livecert
