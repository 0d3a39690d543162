// Rules for every action: which account's things it touches, how often it may be called, and what happens when it is
// called twice.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/action.h"
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

// A call and what it names; bodies are JSON text.
struct Call {
  std::string action;
  json::object body;
  bool is_own = false;
};

Answer perform(const Tenant& who, const Call& call) {
  return call.is_own ? who.own(call.action, call.body) : who.live(call.action, call.body);
}

class EveryAction : public testing::Test {
 protected:
  explicit EveryAction(TestService::Options options = {})
      : service(std::move(options)),
        mine(service.new_account("mine", {"default", "live"})),
        theirs(service.new_account("theirs")),
        me(service, mine),
        them(service, theirs),
        pair(service.pki().upload("a.example")),
        chain(service.create_cert(mine, pair, {{"CertName", "n"}}).text("ChainID")) {
    EXPECT_EQ(me.update(chain, leaf_for({"a.example"})).status, 200);
    me.add_domain("a.example");
    EXPECT_EQ(me.bind(chain, "a.example", {{"HTTPS", true}}).status, 200);
    version = std::string(me.chain(chain).at("CertID").as_string());
  }

  [[nodiscard]] json::object upload_body() const {
    return {{"UseWay", "https"},
            {"ChainID", chain},
            {"CertName", "stolen"},
            {"Rsa", {{"Pubkey", pair.certificates}, {"Prikey", pair.key}}}};
  }
  // Every call that names the chain, its version or the domain.
  [[nodiscard]] std::vector<Call> calls_that_name() const {
    const json::object domain{{"Domain", "a.example"}, {"Vhost", "v"}, {"ChainID", chain}, {"Type", "push"}};
    const json::array domains{json::object{{"DomainName", "a.example"}, {"Type", "push"}, {"Region", "cn"}}};
    return {{"CreateCert", upload_body()},
            {"UpdateCert", upload_body()},
            {"UpdateCert", {{"UseWay", "https"}, {"ChainID", chain}, {"CertName", "stolen"}}},
            {"BindCert", domain},
            {"UnbindCert", domain},
            {"DeleteCert", {{"ChainID", chain}}},
            {"DescribeCertDetailSecretV2", {{"ChainID", chain}}},
            {"DescribeCertDetailSecretV2", {{"CertID", version}}},
            {"CreateDomain", domain},
            {"CreateDomainV2", {{"Vhost", "v"}, {"Domains", domains}}},
            {"DeleteDomain", domain},
            {"EnableDomain", domain},
            {"DisableDomain", domain},
            {"UpdateDomainVhost", domain},
            {"ManagerPullPushDomainBind", {{"PullDomain", "a.example"}}},
            {"DescribeDomain", {{"DomainList", json::array{"a.example"}}}},
            {"ListCertVersions", {{"ChainID", chain}}, true},
            {"BindCerts", {{"ChainID", chain}, {"Domains", json::array{"a.example"}}}, true},
            {"RollbackCert", {{"ChainID", chain}}, true},
            {"RollbackCert", {{"ChainID", chain}, {"CertID", version}}, true},
            {"ListBindings", {{"ChainID", chain}}, true},
            {"ListBindings", {{"Domain", "a.example"}}, true},
            {"ListDomains", {{"ChainID", chain}}, true},
            {"CheckDelivery", domain, true}};
  }
  [[nodiscard]] std::string state() const {
    std::string text =
        json::serialize(me.own("ListCerts", {}).result) + json::serialize(me.own("ListBindings", {}).result);
    const json::object page{{"PageNum", 1}, {"PageSize", 1000}};
    text += json::serialize(me.live("ListDomainDetail", page).result);
    const auto changes = *service.store().ask(&store::Snapshot::changes, 0, 100'000);
    return text + std::to_string(changes.size());
  }
  // Another key of my account.
  [[nodiscard]] signature::Credentials limited_to(const std::string& project) {
    const auto accounts = *service.store().ask(&store::Snapshot::list_accounts);
    const auto account = std::ranges::find(accounts, "mine", &domain::Account::name);
    const json::object request{{"AccountId", account->id.to_string()}, {"Projects", json::array{project}}};
    const Answer key = service.call("CreateAccessKey", json::serialize(request), "2026-12-01");
    return {key.text("AccessKeyId"), base::SecretBytes::copy_of(key.text("SecretAccessKey")), std::nullopt};
  }

  mutable TestService service;
  signature::Credentials mine;
  signature::Credentials theirs;
  Tenant me;
  Tenant them;
  PemPair pair;
  std::string chain;
  std::string version;
};

// Decision 11, and the next.
TEST_F(EveryAction, RefusesAnotherAccountAndEvenRoot) {
  const Tenant root(service, service.root());
  const std::string before = state();
  for (const Call& call : calls_that_name()) {
    for (const Tenant& stranger : {them, root}) {
      const Answer answer = perform(stranger, call);
      EXPECT_EQ(answer.status, 403) << call.action << " " << answer.message();
      EXPECT_EQ(answer.code(), "RequestForbidden.AccountIDNotAllow") << call.action;
      EXPECT_TRUE(answer.result.is_null()) << call.action;
    }
  }
  const json::object plan = them.own("PlanCert", upload_body()).result.as_object();
  EXPECT_EQ(plan.at("Error").at("Code").as_string(), "RequestForbidden.AccountIDNotAllow");
  EXPECT_EQ(state(), before);
}

TEST_F(EveryAction, RefusesAKeyThatIsLimitedToOtherProjects) {
  const auto credentials = limited_to("live");
  const Tenant limited(service, credentials);
  const std::string before = state();
  for (const Call& call : calls_that_name()) {
    const Answer answer = perform(limited, call);
    EXPECT_EQ(answer.status, 403) << call.action << " " << answer.message();
    EXPECT_EQ(answer.code(), "RequestForbidden") << call.action;
    EXPECT_TRUE(answer.result.is_null()) << call.action;
  }
  const json::object plan = limited.own("PlanCert", upload_body()).result.as_object();
  EXPECT_EQ(plan.at("Error").at("Code").as_string(), "RequestForbidden");
  EXPECT_EQ(limited.own("ListCerts", {{"ProjectName", "default"}}).code(), "RequestForbidden");
  EXPECT_EQ(limited.own("PruneCerts", {{"ProjectName", "default"}}).code(), "RequestForbidden");
  EXPECT_EQ(state(), before);
}

TEST_F(EveryAction, ListsAndCountsNothingOfAnotherAccountOrProject) {
  const auto credentials = limited_to("live");
  const Tenant limited(service, credentials);
  const json::object page{{"PageNum", 1}, {"PageSize", 10}};
  for (const Tenant& stranger : {them, limited}) {
    for (const Call& call : std::vector<Call>{{"ListCertV2", {}},
                                              {"ListCertV2", {{"Domain", "a.example"}}},
                                              {"ListCert", {}},
                                              {"ListDomainDetail", page},
                                              {"ListCertBindInfo", page},
                                              {"ListCerts", {}, true},
                                              {"ListCerts", {{"ChainIDPrefix", chain}}, true},
                                              {"ListCerts", {{"Domain", "a.example"}}, true},
                                              {"ListBindings", {}, true},
                                              {"ListDomains", {}, true},
                                              {"ListDomains", {{"Domains", json::array{"a.example"}}}, true},
                                              {"PruneCerts", {{"DryRun", true}}, true}}) {
      const Answer answer = perform(stranger, call);
      EXPECT_EQ(answer.result.at("Total").as_int64(), 0) << call.action;
      EXPECT_THAT(json::serialize(answer.result), testing::Not(HasSubstr("a.example"))) << call.action;
    }
  }
}

TEST_F(EveryAction, OfThoseThatASessionNamesIsOneThatTheKeyMayCall) {
  const auto credentials = limited_to("live");
  const Tenant root(service, service.root());
  for (const Tenant& caller : {me, root, Tenant(service, credentials)}) {
    const Answer session = caller.own("GetSession", {});
    ASSERT_EQ(session.status, 200) << session.message();
    const std::vector<std::string> named = test::strings(session.result.at("Actions"));
    for (const api::Action& action : api::actions()) {
      if (action.service != "live") continue;
      const bool is_denied =
          perform(caller, {std::string(action.name), {}, action.version == api::kOwnVersion}).code() == "AccessDenied";
      EXPECT_EQ(std::ranges::count(named, action.name), is_denied ? 0 : 1) << action.name;
    }
  }
  const Answer session = Tenant(service, credentials).own("GetSession", {});
  EXPECT_EQ(session.text("AccessKeyId"), credentials.access_key_id);
  EXPECT_FALSE(session.result.at("Root").as_bool());
  EXPECT_EQ(test::strings(session.result.at("Projects")), std::vector<std::string>{"live"});
  EXPECT_THAT(json::serialize(session.result), testing::Not(HasSubstr("SecretAccessKey")));
}

TEST_F(EveryAction, OnlyPrunesTheCallersOwn) {
  test::Pki::Leaf brief = leaf_for({"b.example"});
  brief.not_after = service.clock().now() + std::chrono::days(1);
  const std::string old_chain = me.upload(brief);
  me.add_domain("b.example");
  ASSERT_EQ(me.bind(old_chain, "b.example").status, 200);
  ASSERT_EQ(me.bind(me.upload("b.example"), "b.example").status, 200);
  service.clock().advance(std::chrono::days(2));
  const auto credentials = limited_to("live");
  const Tenant limited(service, credentials);
  EXPECT_EQ(them.own("PruneCerts", {}).result.at("Total").as_int64(), 0);
  EXPECT_EQ(limited.own("PruneCerts", {}).result.at("Total").as_int64(), 0);
  EXPECT_EQ(me.own("PruneCerts", {}).result.at("Total").as_int64(), 1);
}

TEST_F(EveryAction, RefusesASuspendedAccount) {
  const auto accounts = *service.store().ask(&store::Snapshot::list_accounts);
  const auto account = std::ranges::find(accounts, "mine", &domain::Account::name);
  const std::string before = state();
  const Tenant root(service, service.root());
  ASSERT_EQ(root.own("SuspendAccount", {{"AccountId", account->id.to_string()}}).status, 200);
  for (const api::Action& action : api::actions()) {
    const Answer answer = service.call(mine, std::string(action.name), "{}", std::string(action.version));
    EXPECT_EQ(answer.status, 403) << action.name;
    EXPECT_EQ(answer.code(), "RequestForbidden.BillingStatus") << action.name;
  }
  for (const Call& call : calls_that_name()) {
    EXPECT_EQ(perform(me, call).code(), "RequestForbidden.BillingStatus") << call.action;
  }
  ASSERT_EQ(root.own("ActivateAccount", {{"AccountId", account->id.to_string()}}).status, 200);
  const std::string after = state();
  EXPECT_EQ(after.substr(0, after.rfind('}')), before.substr(0, before.rfind('}'))) << "but for the two of root";
}

// Decision 17.
TEST(EveryActionsRate, WhatIsOverItWaitsThreeSecondsAtMost) {
  TestService service({.rate_limit = 1});
  for (const api::Action& action : api::actions()) {
    const auto call = [&] { return service.call(std::string(action.name), "{}", std::string(action.version)); };
    EXPECT_FALSE(call().waited) << action.name;
    const Answer second = call();
    EXPECT_TRUE(second.waited) << action.name;
    EXPECT_NE(second.status, 429) << action.name;
    EXPECT_FALSE(second.headers.find("Retry-After").has_value()) << action.name;
  }
}

// Decision 1.
TEST(EveryActionsAnswer, HasBothRequestIdsAndItsOwnNameWhateverHappens) {
  TestService service;
  for (const api::Action& action : api::actions()) {
    const Answer answer = service.call(std::string(action.name), "{}", std::string(action.version));
    EXPECT_EQ(answer.metadata.at("RequestId"), answer.metadata.at("RequestID")) << action.name;
    EXPECT_EQ(answer.metadata.at("Action").as_string(), action.name) << action.name;
    EXPECT_EQ(answer.metadata.at("Version").as_string(), action.version) << action.name;
    EXPECT_EQ(answer.metadata.at("Service").as_string(), action.service) << action.name;
    EXPECT_EQ(answer.status == 200, answer.code().empty()) << action.name;
    EXPECT_TRUE(answer.status == 200 || !answer.message().empty()) << action.name;
  }
}

TEST(Decision25, EveryActionHasOneVersion) {
  TestService service;
  for (const api::Action& action : api::actions()) {
    const std::string other = action.version == api::kOwnVersion ? "2023-01-01" : "2026-12-01";
    const Answer answer = service.call(std::string(action.name), "{}", other);
    EXPECT_EQ(answer.status, 404) << action.name;
    EXPECT_EQ(answer.code(), "InvalidActionOrVersion") << action.name;
  }
}

// Decision 26: some SDKs send a request again, byte for byte, when its connection drops.
class Repeated : public EveryAction {
 protected:
  void twice(const Call& call, int second_status = 200) {
    const Answer first = perform(me, call);
    EXPECT_EQ(first.status, 200) << call.action << " " << first.message();
    const std::string between = state();
    const Answer second = perform(me, call);
    EXPECT_EQ(second.status, second_status) << call.action << " " << second.message();
    EXPECT_EQ(state(), between) << call.action;
    EXPECT_TRUE(second_status != 200 || first.result == second.result) << call.action;
  }
};
using Decision26 = Repeated;

TEST_F(Decision26, AnIdenticalRequestAgainDoesNoHarm) {
  json::object upload = upload_body();
  const PemPair other = service.pki().upload("b.example");
  const json::object rsa{{"Pubkey", other.certificates}, {"Prikey", other.key}};
  twice({"CreateCert", {{"UseWay", "https"}, {"CertName", "b"}, {"Rsa", rsa}}});
  twice({"CreateCert", upload});
  twice({"UpdateCert", {{"UseWay", "https"}, {"ChainID", chain}, {"CertName", "again"}}});
  const json::array domains{
      json::object{{"DomainName", "b.example"}, {"Type", "push"}, {"Region", "cn"}, {"ChainID", ""}}};
  twice({"CreateDomainV2", {{"Vhost", "b"}, {"Domains", domains}}});
  twice({"CreateDomain", {{"Domain", "c.example"}, {"Type", "push"}}});
  twice({"UpdateDomainVhost", {{"Domain", "c.example"}, {"Vhost", "c"}}});
  twice({"DisableDomain", {{"Domain", "c.example"}}});
  twice({"EnableDomain", {{"Domain", "c.example"}}});
  twice({"BindCert", {{"Domain", "a.example"}, {"ChainID", chain}, {"HTTP2", true}}});
  twice({"RollbackCert", {{"ChainID", chain}, {"CertID", version}}, true});
  twice({"UnbindCert", {{"Domain", "a.example"}}});
  twice({"PruneCerts", {}, true});
  twice({"DeleteDomain", {{"Domain", "c.example"}}}, 404);
  twice({"DeleteCert", {{"ChainID", chain}}}, 404);
}

// The bind in a repeated CreateDomainV2 must not undo later changes by BindCert.
TEST_F(Decision26, ADomainThatIsMadeAgainKeepsItsSwitches) {
  const json::array domains{json::object{
      {"DomainName", "x.example"}, {"Type", "push"}, {"Region", "cn"}, {"ChainID", me.upload("x.example")}}};
  const Call create{"CreateDomainV2", {{"Vhost", "x"}, {"Domains", domains}}};
  ASSERT_EQ(perform(me, create).status, 200);
  const std::string used(me.domain("x.example").at("ChainID").as_string());
  ASSERT_EQ(me.bind(used, "x.example", {{"HTTPS", true}}).status, 200);
  ASSERT_EQ(perform(me, create).status, 200);
  const Answer bindings = me.own("ListBindings", {{"Domain", "x.example"}});
  EXPECT_TRUE(bindings.result.at("BindingList").at(0).at("HTTPS").as_bool());
}

}  // namespace
}  // namespace livecert
