// What policies make of every action, and how they are administered.
#include <algorithm>
#include <array>
#include <string>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/action.h"
#include "api/authorise.h"
#include "rights/ready.h"
#include "signature/sts2.h"
#include "support/tenant.h"

namespace livecert {
namespace {

namespace json = boost::json;
using test::Answer;
using test::Tenant;
using test::TestService;
using testing::HasSubstr;

// Which ready policies allow an action besides Administrator, which allows all of them. A new action needs a row.
struct Row {
  std::string_view action;
  bool read_only;
  bool deploy;
  bool monitor;
};
constexpr bool yes = true;
constexpr bool no = false;
constexpr std::array kRows{
    Row{"CreateCert", no, yes, no},
    Row{"UpdateCert", no, yes, no},
    Row{"BindCert", no, yes, no},
    Row{"UnbindCert", no, no, no},
    Row{"DeleteCert", no, no, no},
    Row{"ListCertV2", yes, yes, yes},
    Row{"ListCert", yes, yes, no},
    Row{"ListCertBindInfo", yes, yes, yes},
    Row{"DescribeCertDetailSecretV2", yes, yes, no},
    Row{"CreateDomainV2", no, no, no},
    Row{"CreateDomain", no, no, no},
    Row{"DeleteDomain", no, no, no},
    Row{"EnableDomain", no, no, no},
    Row{"DisableDomain", no, no, no},
    Row{"UpdateDomainVhost", no, no, no},
    Row{"ManagerPullPushDomainBind", no, no, no},
    Row{"ListDomainDetail", yes, yes, yes},
    Row{"DescribeDomain", yes, yes, yes},
    Row{"InspectUpload", yes, yes, no},
    Row{"UploadCert", no, yes, no},
    Row{"PlanCert", yes, yes, no},
    Row{"ListCerts", yes, yes, yes},
    Row{"ListServedCerts", yes, no, yes},
    Row{"ListCertVersions", yes, yes, no},
    Row{"RollbackCert", no, no, no},
    Row{"BindCerts", no, yes, no},
    Row{"PruneCerts", no, no, no},
    Row{"ListBindings", yes, yes, yes},
    Row{"GetSession", yes, yes, yes},
    Row{"CreateSession", no, no, no},
    Row{"ListDomains", yes, yes, yes},
    Row{"DescribeDelivery", yes, yes, yes},
    Row{"CheckDelivery", yes, yes, no},
    Row{"ListEdges", yes, no, yes},
    Row{"CreateEdge", no, no, no},
    Row{"DeleteEdge", no, no, no},
    Row{"MoveDomain", no, no, no},
    Row{"CreateAccount", no, no, no},
    Row{"SuspendAccount", no, no, no},
    Row{"ActivateAccount", no, no, no},
    Row{"DeleteAccount", no, no, no},
    Row{"ListAccounts", yes, no, yes},
    Row{"CreateAccessKey", no, no, no},
    Row{"ImportAccessKey", no, no, no},
    Row{"DisableAccessKey", no, no, no},
    Row{"EnableAccessKey", no, no, no},
    Row{"DeleteAccessKey", no, no, no},
    Row{"ListAccessKeys", yes, no, no},
    Row{"PutPolicy", no, no, no},
    Row{"DeletePolicy", no, no, no},
    Row{"ListPolicies", yes, no, no},
    Row{"AttachPolicy", no, no, no},
    Row{"DetachPolicy", no, no, no},
    Row{"SimulatePolicy", yes, no, no},
    Row{"CreateProject", no, no, no},
    Row{"DeleteProject", no, no, no},
    Row{"ListProjects", yes, no, yes},
    Row{"CreateNotifyChannel", no, no, no},
    Row{"ListNotifyChannels", yes, no, yes},
    Row{"DeleteNotifyChannel", no, no, no},
    Row{"TestNotifyChannel", no, no, no},
    Row{"PreviewNotice", yes, no, no},
    Row{"ListMasterKeys", yes, no, no},
    Row{"RotateMasterKey", no, no, no},
    Row{"RetireMasterKey", no, no, no},
    Row{"ListAudit", yes, no, no},
    Row{"ListAuditCheckpoints", yes, no, no},
    Row{"CreateAuditCheckpoint", no, no, no},
    Row{"GetCallerIdentity", yes, yes, yes},
    Row{"ListCertInfo", yes, yes, no},
};

std::string statement(const std::string& effect, const std::string& action, const std::string& resource = "*") {
  return R"({"Effect":")" + effect + R"(","Action":[")" + action + R"("],"Resource":[")" + resource + R"("]})";
}

std::string policy_of(const std::string& statements) {
  return R"({"Statement":[)" + statements + "]}";
}

class Policies : public testing::Test {
 protected:
  Policies() : root(service, service.root()) {}

  Answer put(const std::string& name, const std::string& document) {
    return root.own("PutPolicy", {{"PolicyName", name}, {"PolicyDocument", document}});
  }
  Answer attach(const std::string& policy, const signature::Credentials& key) {
    return root.own("AttachPolicy", {{"PolicyName", policy}, {"AccessKeyId", key.access_key_id}});
  }
  Answer detach(const std::string& policy, const signature::Credentials& key) {
    return root.own("DetachPolicy", {{"PolicyName", policy}, {"AccessKeyId", key.access_key_id}});
  }
  signature::Credentials another_key_of(const std::string& account, const json::object& more = {}) {
    json::object body = more;
    body["AccountId"] = account;
    const Answer key = root.own("CreateAccessKey", body);
    EXPECT_EQ(key.status, 200) << key.message();
    return {key.text("AccessKeyId"), base::SecretBytes::copy_of(key.text("SecretAccessKey")), std::nullopt};
  }
  std::string account_named(const std::string& name) {
    const auto accounts = *service.store().ask(&store::Snapshot::list_accounts);
    return std::ranges::find(accounts, name, &domain::Account::name)->id.to_string();
  }
  Answer simulate(const signature::Credentials& key, const std::string& action, json::object more = {}) {
    more["AccessKeyId"] = key.access_key_id;
    more["ActionName"] = action;
    return root.own("SimulatePolicy", more);
  }

  TestService service;
  Tenant root;
};

TEST(ReadyPolicies, AllowOfEveryActionWhatTheTableSays) {
  ASSERT_EQ(kRows.size(), api::actions().size()) << "decide which ready policies allow a new action";
  for (const api::Action& action : api::actions()) {
    const auto* const row = std::ranges::find(kRows, action.name, &Row::action);
    ASSERT_NE(row, kRows.end()) << action.name;
    const auto allows = [&](std::string_view name) {
      const rights::Policy policy(rights::find_ready_policy(name)->document);
      return policy.judge({api::permission_of(action), "192.0.2.7", base::Time(), "2100000001"}).verdict ==
             rights::Verdict::kAllow;
    };
    EXPECT_TRUE(allows("Administrator")) << action.name;
    EXPECT_EQ(allows("ReadOnly"), row->read_only) << action.name;
    EXPECT_EQ(allows("Deploy"), row->deploy) << action.name;
    EXPECT_EQ(allows("Monitor"), row->monitor) << action.name;
    EXPECT_FALSE((row->read_only || row->monitor) && action.access == api::Access::kWrite) << action.name;
  }
}

// The same table, through the whole service: a refused call is AccessDenied, and an allowed one is anything else.
TEST_F(Policies, HoldForEveryActionOfAKey) {
  for (const std::string name : {"ReadOnly", "Deploy", "Monitor"}) {
    const signature::Credentials key = another_key_of(service.root_account());
    ASSERT_EQ(attach(name, key).status, 200);
    for (const Row& row : kRows) {
      const auto action = std::ranges::find(api::actions(), row.action, &api::Action::name);
      http::Request request = service.make_request(key, std::string(row.action), std::string(action->version), "{}");
      if (action->service != "live") continue;
      const bool is_allowed = name == "ReadOnly" ? row.read_only : name == "Deploy" ? row.deploy : row.monitor;
      const Answer answer = service.send(std::move(request));
      EXPECT_EQ(answer.code() == "AccessDenied", !is_allowed) << name << " " << row.action << " " << answer.message();
      if (!is_allowed) {
        EXPECT_THAT(answer.message(), HasSubstr("policy " + name + " of this access key: no statement allows it"));
      }
    }
  }
}

TEST_F(Policies, TakeEffectAtOnceAndCanBeUndone) {
  const auto key = service.new_account("user");
  const Tenant user(service, key);
  EXPECT_EQ(user.live("DeleteCert", {{"ChainID", "x"}}).code(), "ResourceNotFound");
  ASSERT_EQ(attach("Monitor", key).status, 200);
  EXPECT_EQ(user.live("DeleteCert", {{"ChainID", "x"}}).code(), "AccessDenied") << "a monitoring key deletes nothing";
  EXPECT_EQ(user.live("ListCertV2", {}).status, 200);
  ASSERT_EQ(attach("Monitor", key).status, 200) << "again is no error";
  ASSERT_EQ(detach("monitor", key).status, 200);
  EXPECT_EQ(user.live("DeleteCert", {{"ChainID", "x"}}).code(), "ResourceNotFound");
  ASSERT_EQ(detach("Monitor", key).status, 200) << "again is no error";
}

TEST_F(Policies, AChangedTextCountsAtOnce) {
  const auto key = service.new_account("user");
  const Tenant user(service, key);
  ASSERT_EQ(put("mine", policy_of(statement("Allow", "live:List*"))).status, 200);
  ASSERT_EQ(attach("mine", key).status, 200);
  EXPECT_EQ(user.own("ListDomains", {}).status, 200);
  EXPECT_EQ(user.own("GetSession", {}).code(), "AccessDenied");
  ASSERT_EQ(put("mine", policy_of(statement("Allow", "live:Get*"))).status, 200);
  EXPECT_EQ(user.own("ListDomains", {}).code(), "AccessDenied");
  EXPECT_EQ(user.own("GetSession", {}).status, 200);
}

TEST_F(Policies, OfAnAccountLimitAllItsKeysWhateverTheirOwnAllow) {
  const auto first = service.new_account("user");
  const std::string account = account_named("user");
  const auto second = another_key_of(account);
  ASSERT_EQ(root.own("AttachPolicy", {{"PolicyName", "ReadOnly"}, {"AccountId", account}}).status, 200);
  ASSERT_EQ(attach("Administrator", second).status, 200);
  for (const signature::Credentials* key : {&first, &second}) {
    const Answer answer = service.create_cert(*key, service.pki().upload());
    EXPECT_EQ(answer.code(), "AccessDenied");
    EXPECT_THAT(answer.message(), HasSubstr("policy ReadOnly of this account"));
    EXPECT_EQ(service.call(*key, "ListCertV2", "{}").status, 200);
  }
}

TEST_F(Policies, HoldForTemporaryKeysOfTheirKeyToo) {
  const auto key = service.new_account("user");
  ASSERT_EQ(attach("Deploy", key).status, 200);
  signature::TemporaryKey temporary;
  temporary.long_term_access_key_id = key.access_key_id;
  temporary.access_key_id = "AKTPtest";
  temporary.secret = base::SecretBytes::copy_of("0123456789abcdef");
  temporary.expires_at = service.clock().now() + std::chrono::hours(1);
  temporary.policy = policy_of(statement("Allow", "*"));
  const auto made = signature::make_sts2(temporary, key.secret);
  EXPECT_EQ(service.call(made, "ListCertV2", "{}").status, 200);
  const Answer answer = service.call(made, "DeleteCert", R"({"ChainID":"x"})");
  EXPECT_EQ(answer.code(), "AccessDenied");
  EXPECT_THAT(answer.message(), HasSubstr("policy Deploy of this access key"));
}

TEST_F(Policies, AResourceOfProjectsLimitsWhatACallReachesToThese) {
  const auto owner = service.new_account("user");
  const std::string account = account_named("user");
  for (const char* name : {"one", "two"}) {
    ASSERT_EQ(root.own("CreateProject", {{"AccountId", account}, {"ProjectName", name}}).status, 200);
  }
  const Tenant all(service, owner);
  const std::string in_one = all.upload("one.example", {{"ProjectName", "one"}});
  const std::string in_two = all.upload("two.example", {{"ProjectName", "two"}});
  const auto key = another_key_of(account);
  ASSERT_EQ(put("some", policy_of(statement("Allow", "live:*", "trn:iam::" + account + ":project/one") + "," +
                                  statement("Allow", "live:List*")))
                .status,
            200);
  ASSERT_EQ(attach("some", key).status, 200);
  const Tenant user(service, key);
  EXPECT_EQ(user.own("ListCerts", {}).result.at("Total").as_int64(), 2) << "reading is allowed in all projects";
  EXPECT_EQ(user.live("DeleteCert", {{"ChainID", in_two}}).code(), "RequestForbidden");
  EXPECT_EQ(service.create_cert(key, service.pki().upload("three.example")).code(), "RequestForbidden");
  EXPECT_EQ(service.create_cert(key, service.pki().upload("three.example"), {{"ProjectName", "one"}}).status, 200);
  EXPECT_EQ(user.live("DeleteCert", {{"ChainID", in_one}}).status, 200);

  const auto limited = another_key_of(account, {{"Projects", {"two"}}});
  ASSERT_EQ(put("only", policy_of(statement("Allow", "*", "trn:iam::*:project/one"))).status, 200);
  ASSERT_EQ(attach("only", limited).status, 200);
  EXPECT_EQ(service.call(limited, "ListCertV2", "{}").code(), "AccessDenied");
}

TEST_F(Policies, AProjectGivesNoRightToAdminister) {
  const auto key = another_key_of(service.root_account());
  ASSERT_EQ(put("only", policy_of(statement("Allow", "*", "trn:iam::*:project/default"))).status, 200);
  ASSERT_EQ(attach("only", key).status, 200);
  EXPECT_EQ(service.call(key, "ListAccounts", "{}", "2026-12-01").code(), "AccessDenied");
  EXPECT_EQ(service.call(key, "ListCerts", R"({"AllAccounts":true})", "2026-12-01").code(), "AccessDenied");
  EXPECT_EQ(service.call(key, "ListCertV2", "{}").status, 200);
}

TEST_F(Policies, AKeyOfRootThatMonitorsSeesAllAccountsAndChangesNone) {
  const auto user = service.new_account("user");
  ASSERT_EQ(service.create_cert(user, service.pki().upload("a.example")).status, 200);
  const auto key = another_key_of(service.root_account());
  ASSERT_EQ(attach("Monitor", key).status, 200);
  const Tenant monitor(service, key);
  EXPECT_EQ(monitor.own("ListCerts", {{"AllAccounts", true}}).result.at("Total").as_int64(), 1);
  EXPECT_EQ(monitor.own("ListServedCerts", {{"AllAccounts", true}, {"ExpiringWithin", 86'400}}).status, 200);
  EXPECT_EQ(monitor.own("ListAccounts", {}).status, 200);
  EXPECT_EQ(monitor.own("ListAccessKeys", {{"AccountId", account_named("user")}}).code(), "AccessDenied");
  EXPECT_EQ(monitor.own("SuspendAccount", {{"AccountId", account_named("user")}}).code(), "AccessDenied");
  EXPECT_EQ(monitor.own("ListAudit", {}).code(), "AccessDenied");
}

TEST_F(Policies, AreRefusedWithThePartThatIsNotUnderstood) {
  const std::string allow = statement("Allow", "*");
  const std::pair<std::string, const char*> cases[] = {
      {"x", "it is no JSON object"},
      {"{}", "it has no list Statement"},
      {R"({"Version":"1","Statement":[]})", "its member Version is not understood"},
      {policy_of(allow + R"(,{"Effect":"Allow","NotAction":["*"],"Resource":["*"]})"), "statement 2 cannot be read"},
      {policy_of(R"({"Effect":"Allow","Action":["*"],"Resource":["*"],"Sid":"1"})"),
       "statement 1: its member Sid is not understood"},
      {policy_of(statement("Allow", "*", "trn:live:x")), "statement 1: its Resource is not understood"},
      {policy_of(statement("Deny", "*", "trn:iam::*:project/a")), "statement 1: a Deny counts for every resource"},
      {policy_of(
           R"({"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"Bool":{"volc:MFAPresent":"true"}}})"),
       "statement 1: its Condition is not understood"},
  };
  for (const auto& [document, why] : cases) {
    const Answer answer = put("mine", document);
    EXPECT_EQ(answer.code(), "InvalidParam") << document;
    EXPECT_THAT(answer.message(), HasSubstr(why)) << document;
  }
  EXPECT_EQ(put("mine", std::string(7000, ' ')).code(), "InvalidParam");
  EXPECT_EQ(put("readonly", policy_of(allow)).code(), "InvalidParam");
  EXPECT_EQ(put("a b", policy_of(allow)).code(), "InvalidParam");
  EXPECT_EQ(root.own("ListPolicies", {}).result.at("PolicyList").as_array().size(), 4U);
}

// A text of a later release that got into the store: what is not understood gives nothing.
TEST_F(Policies, ThatAreInTheStoreAndNotUnderstoodAllowNothing) {
  const auto key = service.new_account("user");
  store::Context context;
  context.deadline = base::SteadyTime::max();
  for (const char* document : {"", "x", R"({"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","New":1}]})"}) {
    ASSERT_EQ(service.store().submit(context, store::PutPolicy{"odd", document, {}}).wait().kind,
              store::OutcomeKind::kDone);
    ASSERT_EQ(attach("odd", key).status, 200);
    EXPECT_EQ(service.call(key, "ListCertV2", "{}").code(), "AccessDenied") << document;
  }
}

TEST_F(Policies, AreDeletedOnlyWhenNothingHasThem) {
  const auto key = service.new_account("user");
  ASSERT_EQ(put("mine", policy_of(statement("Allow", "live:List*"))).status, 200);
  ASSERT_EQ(attach("mine", key).status, 200);
  const Answer refused = root.own("DeletePolicy", {{"PolicyName", "mine"}});
  EXPECT_EQ(refused.code(), "InvalidParam");
  EXPECT_THAT(refused.message(), HasSubstr("access key " + key.access_key_id));
  // With the key goes its attachment.
  ASSERT_EQ(root.own("DisableAccessKey", {{"AccessKeyId", key.access_key_id}}).status, 200);
  ASSERT_EQ(root.own("DeleteAccessKey", {{"AccessKeyId", key.access_key_id}}).status, 200);
  EXPECT_EQ(root.own("DeletePolicy", {{"PolicyName", "mine"}}).status, 200);
  EXPECT_EQ(root.own("DeletePolicy", {{"PolicyName", "mine"}}).code(), "ResourceNotFound");
  EXPECT_EQ(root.own("DeletePolicy", {{"PolicyName", "Monitor"}}).code(), "InvalidParam");
}

TEST_F(Policies, LockNobodyOut) {
  EXPECT_EQ(attach("Monitor", service.root()).code(), "InvalidParam") << "the key that signs";
  EXPECT_EQ(root.own("AttachPolicy", {{"PolicyName", "Monitor"}, {"AccountId", service.root_account()}}).code(),
            "InvalidParam");
  const auto other = another_key_of(service.root_account());
  EXPECT_EQ(attach("Monitor", other).status, 200);
}

TEST_F(Policies, AreAttachedToWhatIsThereAndNoMoreThanTen) {
  const auto key = service.new_account("user");
  EXPECT_EQ(attach("nothing", key).code(), "ResourceNotFound");
  EXPECT_EQ(root.own("AttachPolicy", {{"PolicyName", "Monitor"}, {"AccessKeyId", "AKLTnobody"}}).code(),
            "ResourceNotFound");
  EXPECT_EQ(root.own("AttachPolicy", {{"PolicyName", "Monitor"}, {"AccountId", "1"}}).code(), "ResourceNotFound");
  EXPECT_EQ(root.own("AttachPolicy", {{"PolicyName", "Monitor"}}).code(), "InvalidParam.BindError");
  EXPECT_EQ(
      root.own("AttachPolicy", {{"PolicyName", "Monitor"}, {"AccountId", "1"}, {"AccessKeyId", "AKLTnobody"}}).code(),
      "InvalidParam.BindError");
  for (int i = 0; i < 10; ++i) {
    const std::string name = "p" + std::to_string(i);
    ASSERT_EQ(put(name, policy_of(statement("Allow", "live:List*"))).status, 200);
    ASSERT_EQ(attach(name, key).status, 200);
  }
  const Answer full = attach("Monitor", key);
  EXPECT_EQ(full.code(), "InvalidParam");
  EXPECT_THAT(full.message(), HasSubstr("no more than 10 policies"));
}

TEST_F(Policies, SimulationTellsWhichStatementDecides) {
  const auto key = service.new_account("user");
  EXPECT_EQ(simulate(key, "DeleteCert").text("Why"), "no policy limits it");
  EXPECT_TRUE(simulate(key, "DeleteCert").result.at("Allowed").as_bool());
  ASSERT_EQ(put("mine", policy_of(statement("Allow", "live:*") + "," + statement("Deny", "live:Delete*"))).status, 200);
  ASSERT_EQ(attach("mine", key).status, 200);
  EXPECT_EQ(simulate(key, "live:ListCertV2").text("Why"), "policy mine of this access key: statement 1 allows it");
  const Answer refused = simulate(key, "DeleteCert");
  EXPECT_FALSE(refused.result.at("Allowed").as_bool());
  EXPECT_EQ(refused.text("Why"), "policy mine of this access key: statement 2 denies it");
  EXPECT_FALSE(simulate(key, "ListAccounts").result.at("Allowed").as_bool());
  EXPECT_THAT(simulate(key, "ListAccounts").text("Why"), HasSubstr("root account"));

  const std::string tried = policy_of(
      R"({"Effect":"Allow","Action":["*"],"Resource":["*"],"Condition":{"IpAddress":{"volc:SourceIp":"10.0.0.0/8"}}})");
  EXPECT_TRUE(simulate(key, "DeleteCert", {{"PolicyDocument", tried}, {"SourceIp", "10.1.2.3"}})
                  .result.at("Allowed")
                  .as_bool());
  EXPECT_FALSE(simulate(key, "DeleteCert", {{"PolicyDocument", tried}, {"SourceIp", "192.0.2.7"}})
                   .result.at("Allowed")
                   .as_bool());
  EXPECT_EQ(simulate(key, "Nothing").code(), "ResourceNotFound");
}

// What a simulation says is what a call gets, for every action and ready policy.
TEST_F(Policies, SimulationAgreesWithTheCalls) {
  const auto key = service.new_account("user");
  for (const std::string name : {"ReadOnly", "Deploy", "Monitor", "Administrator"}) {
    ASSERT_EQ(attach(name, key).status, 200);
    for (const api::Action& action : api::actions()) {
      if (action.service != "live") continue;
      const std::string action_name(action.name);
      const bool is_denied = service.call(key, action_name, "{}", std::string(action.version)).code() == "AccessDenied";
      EXPECT_EQ(simulate(key, action_name).result.at("Allowed").as_bool(), !is_denied) << name << " " << action.name;
    }
    ASSERT_EQ(detach(name, key).status, 200);
  }
}

TEST_F(Policies, ASessionNamesOnlyWhatTheyAllow) {
  const auto key = service.new_account("user");
  ASSERT_EQ(attach("Monitor", key).status, 200);
  const Answer session = service.call(key, "GetSession", "{}", "2026-12-01");
  const auto named = test::strings(session.result.at("Actions"));
  EXPECT_EQ(std::ranges::count(named, "ListCerts"), 1);
  EXPECT_EQ(std::ranges::count(named, "DeleteCert"), 0);
}

TEST_F(Policies, EveryChangeIsInTheAudit) {
  const auto key = service.new_account("user");
  ASSERT_EQ(put("mine", policy_of(statement("Allow", "live:List*"))).status, 200);
  ASSERT_EQ(attach("mine", key).status, 200);
  ASSERT_EQ(detach("mine", key).status, 200);
  ASSERT_EQ(root.own("DeletePolicy", {{"PolicyName", "mine"}}).status, 200);
  const auto records = *service.store().ask(&store::Snapshot::audit, store::AuditFilter{}, 100);
  std::vector<std::string> told;
  for (const auto& record : records) {
    if (record.action.find("Policy") != std::string::npos) told.push_back(record.action + " " + record.subject);
  }
  const std::string held = "mine of access key " + key.access_key_id;
  EXPECT_EQ(told, (std::vector<std::string>{"PutPolicy mine", "AttachPolicy " + held, "DetachPolicy " + held,
                                            "DeletePolicy mine"}));
}

TEST_F(Policies, ListsNameWhatIsAttached) {
  const auto key = service.new_account("user");
  const std::string account = account_named("user");
  ASSERT_EQ(attach("Deploy", key).status, 200);
  ASSERT_EQ(root.own("AttachPolicy", {{"PolicyName", "Deploy"}, {"AccountId", account}}).status, 200);
  const auto keys = root.own("ListAccessKeys", {{"AccountId", account}}).result.at("AccessKeyList");
  EXPECT_EQ(test::strings(keys.at(0).at("Policies")), std::vector<std::string>{"Deploy"});
  const auto shown = root.own("ListPolicies", {{"PolicyName", "deploy"}}).result.at("PolicyList");
  ASSERT_EQ(shown.as_array().size(), 1U);
  EXPECT_EQ(shown.at(0).at("PolicyType").as_string(), "System");
  EXPECT_EQ(json::serialize(shown.at(0).at("AttachedTo")), R"([{"AccountId":")" + account +
                                                               R"(","AccessKeyId":""},{"AccountId":")" + account +
                                                               R"(","AccessKeyId":")" + key.access_key_id + R"("}])");
  EXPECT_EQ(root.own("ListPolicies", {{"PolicyName", "none"}}).code(), "ResourceNotFound");
}

}  // namespace
}  // namespace livecert
