// The end of an account, and what stands in its way.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant.h"

namespace livecert {
namespace {

namespace json = boost::json;
using test::Answer;
using test::Tenant;
using test::TestService;
using testing::HasSubstr;

class DeleteAccount : public testing::Test {
 protected:
  DeleteAccount()
      : root(service, service.root()),
        key(service.new_account("tenant", {"default", "live"})),
        tenant(service, key),
        account(service.call(key, "GetSession", "{}", "2026-12-01").text("AccountId")) {}

  void fill() {
    for (const char* name : {"a.example", "b.example", "c.example"}) {
      const std::string chain = tenant.upload(name);
      tenant.add_domain(name);
      ASSERT_EQ(tenant.bind(chain, name, {{"HTTPS", true}}).status, 200);
    }
    ASSERT_NE(tenant.upload("d.example"), "");
    ASSERT_EQ(root.own("AttachPolicy", {{"PolicyName", "Deploy"}, {"AccountId", account}}).status, 200);
  }
  void suspend() { ASSERT_EQ(root.own("SuspendAccount", {{"AccountId", account}}).status, 200); }
  Answer remove(json::object more = {}) {
    more["AccountId"] = account;
    return root.own("DeleteAccount", more);
  }
  bool is_there() {
    const Answer accounts = root.own("ListAccounts", {});
    return json::serialize(accounts.result).find("\"tenant\"") != std::string::npos;
  }

  TestService service;
  Tenant root;
  signature::Credentials key;
  Tenant tenant;
  std::string account;
};

TEST_F(DeleteAccount, IsRefusedWithACountOfWhatStandsInTheWay) {
  fill();
  const Answer active = remove();
  EXPECT_EQ(active.code(), "InvalidParam");
  EXPECT_THAT(active.message(), HasSubstr("it is active"));
  EXPECT_THAT(remove({{"Cascade", true}}).message(), HasSubstr("it is active")) << "nobody uploads while it goes";
  suspend();
  const Answer refused = remove();
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.message(),
              HasSubstr("it has 4 certificates, it has 3 domains, it has 1 access key, it has 1 project"));
  EXPECT_TRUE(is_there());
}

TEST_F(DeleteAccount, ADryRunCountsAndDeletesNothing) {
  fill();
  const Answer plan = remove({{"DryRun", true}, {"Cascade", true}});
  EXPECT_EQ(plan.result.at("Certificates").as_int64(), 4);
  EXPECT_EQ(plan.result.at("Domains").as_int64(), 3);
  EXPECT_EQ(plan.result.at("AccessKeys").as_int64(), 1);
  EXPECT_EQ(plan.result.at("Projects").as_int64(), 1);
  EXPECT_EQ(plan.text("AccountName"), "tenant");
  EXPECT_FALSE(plan.result.at("Deleted").as_bool());
  EXPECT_FALSE(plan.result.at("More").as_bool());
  EXPECT_EQ(tenant.own("ListCerts", {}).result.at("Total").as_int64(), 4);
}

TEST_F(DeleteAccount, ACascadeLeavesNothingAndIsInTheAudit) {
  fill();
  const auto other = service.new_account("other");
  const std::string kept = Tenant(service, other).upload("kept.example");
  suspend();
  const Answer deleted = remove({{"Cascade", true}});
  ASSERT_EQ(deleted.status, 200) << deleted.message();
  EXPECT_TRUE(deleted.result.at("Deleted").as_bool());
  EXPECT_EQ(deleted.result.at("Certificates").as_int64(), 4);
  EXPECT_FALSE(is_there());
  EXPECT_EQ(tenant.live("ListCertV2", {}).code(), "InvalidAccessKey");
  EXPECT_EQ(remove().code(), "ResourceNotFound");
  EXPECT_EQ(root.own("ListPolicies", {{"PolicyName", "Deploy"}})
                .result.at("PolicyList")
                .at(0)
                .at("AttachedTo")
                .as_array()
                .size(),
            0U);
  EXPECT_EQ(Tenant(service, other).own("ListCerts", {}).result.at("Total").as_int64(), 1);
  // The domains are free for others, and the name too.
  Tenant(service, other).add_domain("a.example");
  EXPECT_EQ(root.own("CreateAccount", {{"AccountName", "tenant"}}).status, 200);

  const auto records = *service.store().ask(&store::Snapshot::audit, store::AuditFilter{}, 1000);
  std::size_t told = 0;
  for (const auto& record : records) told += record.action == "DeleteAccount" ? 1U : 0U;
  EXPECT_EQ(told, 3U + 4U + 1U + 1U + 1U) << "each domain, certificate, key and project, and the account";
}

TEST_F(DeleteAccount, AnEmptyOneGoesWithoutACascade) {
  suspend();
  ASSERT_EQ(root.own("DisableAccessKey", {{"AccessKeyId", key.access_key_id}}).status, 200);
  ASSERT_EQ(root.own("DeleteAccessKey", {{"AccessKeyId", key.access_key_id}}).status, 200);
  ASSERT_EQ(root.own("DeleteProject", {{"AccountId", account}, {"ProjectName", "live"}}).status, 200);
  EXPECT_TRUE(remove().result.at("Deleted").as_bool());
  EXPECT_FALSE(is_there());
}

TEST_F(DeleteAccount, TheRootAccountStays) {
  EXPECT_EQ(root.own("DeleteAccount", {{"AccountId", service.root_account()}, {"Cascade", true}}).code(),
            "InvalidParam");
  EXPECT_EQ(tenant.own("DeleteAccount", {{"AccountId", account}}).code(), "AccessDenied");
}

}  // namespace
}  // namespace livecert
