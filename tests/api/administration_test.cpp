#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_service.h"

namespace livecert {
namespace {

namespace json = boost::json;
using test::Answer;
using test::TestService;
using testing::HasSubstr;

class Administration : public testing::Test {
 protected:
  Answer administer(const std::string& action, const json::object& body = {}) {
    return service.call(action, json::serialize(body), "2026-12-01");
  }
  std::string add_account(const std::string& name) {
    return administer("CreateAccount", {{"AccountName", name}}).text("AccountId");
  }
  signature::Credentials add_key(const std::string& account) {
    const Answer key = administer("CreateAccessKey", {{"AccountId", account}});
    return {key.text("AccessKeyId"), base::SecretBytes::copy_of(key.text("SecretAccessKey")), std::nullopt};
  }

  TestService service;
};

TEST_F(Administration, IsForTheRootAccountAlone) {
  const signature::Credentials user = add_key(add_account("user"));
  for (const char* action :
       {"CreateAccount", "SuspendAccount", "ActivateAccount", "ListAccounts", "CreateAccessKey", "DisableAccessKey",
        "EnableAccessKey", "ListAccessKeys", "CreateProject", "ListProjects"}) {
    const Answer answer = service.call(user, action, "{}", "2026-12-01");
    EXPECT_EQ(answer.status, 403) << action;
    EXPECT_EQ(answer.code(), "AccessDenied");
    EXPECT_EQ(answer.code_number(), 100013);
    EXPECT_EQ(answer.message(), std::string("User is not authorized to perform: live:") + action + " on resource: .");
  }
}

TEST_F(Administration, ARootKeyLimitedToProjectsAdministersNothing) {
  const Answer key = administer("CreateAccessKey", {{"AccountId", service.root_account()}, {"Projects", {"default"}}});
  const signature::Credentials limited{key.text("AccessKeyId"), base::SecretBytes::copy_of(key.text("SecretAccessKey")),
                                       std::nullopt};
  EXPECT_EQ(service.call(limited, "ListAccounts", "{}", "2026-12-01").code(), "AccessDenied");
}

TEST_F(Administration, SuspendingAndActivatingAnAccountIsEffectiveAtOnce) {
  const std::string account = add_account("user");
  const signature::Credentials user = add_key(account);
  EXPECT_EQ(service.call(user, "ListCertV2", "{}").status, 200);
  EXPECT_EQ(administer("SuspendAccount", {{"AccountId", account}}).status, 200);
  EXPECT_EQ(administer("SuspendAccount", {{"AccountId", account}}).status, 200) << "again is no error";
  for (const Answer& answer :
       {service.call(user, "ListCertV2", "{}"), service.create_cert(user, service.pki().upload())}) {
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.code(), "RequestForbidden.BillingStatus");
    EXPECT_EQ(answer.message(),
              "Billing status is not available for the AccountID, please activate the service or recharge.");
  }
  EXPECT_EQ(administer("ActivateAccount", {{"AccountId", account}}).status, 200);
  EXPECT_EQ(service.call(user, "ListCertV2", "{}").status, 200);
}

TEST_F(Administration, TheRootAccountAndTheKeyInUseCannotLockThemselvesOut) {
  EXPECT_EQ(administer("SuspendAccount", {{"AccountId", service.root_account()}}).code(), "InvalidParam");
  EXPECT_EQ(administer("DisableAccessKey", {{"AccessKeyId", service.root().access_key_id}}).code(), "InvalidParam");
  EXPECT_EQ(administer("ListAccounts").status, 200);
}

TEST_F(Administration, DisablingAKeyIsEffectiveAtOnceAndCanBeUndone) {
  const signature::Credentials user = add_key(add_account("user"));
  EXPECT_EQ(administer("DisableAccessKey", {{"AccessKeyId", user.access_key_id}}).status, 200);
  EXPECT_EQ(service.call(user, "ListCertV2", "{}").code(), "InvalidAccessKey");
  EXPECT_EQ(administer("EnableAccessKey", {{"AccessKeyId", user.access_key_id}}).status, 200);
  EXPECT_EQ(service.call(user, "ListCertV2", "{}").status, 200);
}

TEST_F(Administration, AProjectMustExistBeforeItIsUsed) {
  const std::string account = add_account("user");
  const signature::Credentials user = add_key(account);
  const Answer before = service.create_cert(user, service.pki().upload(), {{"ProjectName", "live"}});
  EXPECT_EQ(before.status, 404);
  EXPECT_EQ(before.code(), "ResourceNotFound");
  EXPECT_THAT(before.message(), HasSubstr("ProjectName"));
  EXPECT_EQ(administer("CreateProject", {{"AccountId", account}, {"ProjectName", "live"}}).status, 200);
  EXPECT_EQ(service.create_cert(user, service.pki().upload(), {{"ProjectName", "live"}}).status, 200);
  EXPECT_EQ(service.create_cert(service.pki().upload(), {{"ProjectName", "live"}}).status, 404)
      << "a project belongs to one account";
}

TEST_F(Administration, ListsShowEverythingButSecrets) {
  const std::string account = add_account("user");
  const signature::Credentials key = add_key(account);
  EXPECT_EQ(administer("CreateProject", {{"AccountId", account}, {"ProjectName", "live"}}).status, 200);
  EXPECT_EQ(administer("ListAccounts").result.at("AccountList").as_array().size(), 2U);
  const Answer keys = administer("ListAccessKeys", {{"AccountId", account}});
  ASSERT_EQ(keys.result.at("AccessKeyList").as_array().size(), 1U);
  EXPECT_FALSE(keys.result.at("AccessKeyList").at(0).as_object().contains("SecretAccessKey"));
  const Answer projects = administer("ListProjects", {{"AccountId", account}});
  ASSERT_EQ(projects.result.at("ProjectList").as_array().size(), 2U);
  EXPECT_EQ(projects.result.at("ProjectList").at(0).at("ProjectName").as_string(), "default");
}

TEST_F(Administration, BadInputIsNamed) {
  EXPECT_EQ(administer("CreateAccount", {{"AccountName", "a b"}}).code(), "InvalidParam");
  EXPECT_EQ(administer("CreateAccount").code(), "InvalidParam.BindError");
  add_account("user");
  const Answer taken = administer("CreateAccount", {{"AccountName", "user"}});
  EXPECT_EQ(taken.code(), "InvalidParam");
  EXPECT_THAT(taken.message(), HasSubstr("AccountName exists already"));
  EXPECT_EQ(administer("SuspendAccount", {{"AccountId", "2199999999"}}).status, 404);
  EXPECT_EQ(administer("SuspendAccount", {{"AccountId", "x"}}).status, 404);
  EXPECT_EQ(administer("CreateAccessKey", {{"AccountId", "2199999999"}}).status, 404);
  EXPECT_EQ(administer("DisableAccessKey", {{"AccessKeyId", "AKLTnone"}}).status, 404);
  EXPECT_EQ(administer("CreateAccessKey", {{"AccountId", service.root_account()}, {"Projects", {"none"}}}).status, 404);
  EXPECT_EQ(administer("CreateProject", {{"AccountId", service.root_account()}, {"ProjectName", "default"}}).code(),
            "InvalidParam");
}

TEST_F(Administration, IsAuditedWithWhoFromWhereAndWhat) {
  const std::string account = add_account("user");
  const auto audit = service.store().audit(0, 1000);
  ASSERT_TRUE(audit);
  const store::AuditRecord& record = audit->back();
  EXPECT_EQ(record.action, "CreateAccount");
  EXPECT_EQ(record.access_key_id, service.root().access_key_id);
  EXPECT_EQ(record.peer_address, "127.0.0.1");
  EXPECT_EQ(record.request_id.size(), 34U);
  EXPECT_EQ(record.subject, account);
}

}  // namespace
}  // namespace livecert
