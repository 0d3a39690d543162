#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant.h"
#include "support/test_service.h"

namespace livecert {
namespace {

namespace json = boost::json;
using test::Answer;
using test::Tenant;
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
        "EnableAccessKey", "DeleteAccessKey", "ListAccessKeys", "CreateProject", "DeleteProject", "ListProjects",
        "ListAudit", "ListAuditCheckpoints", "CreateAuditCheckpoint"}) {
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
  EXPECT_EQ(before.message(),
            "ProjectName live does not exist; have the root account make it (CreateProject, or `livecert project add "
            "ACCOUNT live`), or leave ProjectName out");
  EXPECT_EQ(administer("CreateProject", {{"AccountId", account}, {"ProjectName", "live"}}).status, 200);
  EXPECT_EQ(service.create_cert(user, service.pki().upload(), {{"ProjectName", "live"}}).status, 200);
  EXPECT_EQ(service.create_cert(service.pki().upload(), {{"ProjectName", "live"}}).status, 404)
      << "a project belongs to one account";
}

TEST_F(Administration, EveryActionThatTakesAProjectNamesTheOneThatDoesNotExist) {
  const std::string chain = service.create_cert(service.pki().upload()).text("ChainID");
  const json::object domain{{"DomainName", "a.example.net"}, {"Type", "push"}, {"Region", "cn"}};
  const test::PemPair pair = service.pki().upload("other.example.net");
  for (const Answer& answer :
       {service.create_cert(pair, {{"ProjectName", "live"}}),
        service.create_cert(pair, {{"ProjectName", "live"}, {"ChainID", chain}}),
        service.call("CreateDomainV2", json::serialize(json::object{
                                           {"Vhost", "v"}, {"ProjectName", "live"}, {"Domains", json::array{domain}}})),
        administer("CreateAccessKey",
                   {{"AccountId", service.root_account()}, {"Projects", json::array{"default", "live"}}})}) {
    EXPECT_EQ(answer.status, 404);
    EXPECT_THAT(answer.message(),
                testing::StartsWith("ProjectName live does not exist; have the root account make it"));
  }
  const Answer strange = service.create_cert(pair, {{"ProjectName", std::string(5000, ' ')}});
  EXPECT_EQ(strange.status, 404);
  EXPECT_THAT(strange.message(), HasSubstr("must be 1 to 64 letters"));
  EXPECT_LT(strange.message().size(), 300U) << "what was sent is not repeated";
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

TEST_F(Administration, AKeyPairThatWasMadeElsewhereIsImportedAndSigns) {
  const std::string account = add_account("user");
  EXPECT_EQ(administer("CreateProject", {{"AccountId", account}, {"ProjectName", "live"}}).status, 200);
  const std::string id = "AKLTYWViMTVmZGYzM2E0NDI5";
  const std::string secret = "WkRZeE1EQmxPVGhsWWpWak5HVmtNbUUxTXpZeU9UVXlOMlE1TmpZeVlqTQ==";
  const json::object pair{
      {"AccountId", account}, {"AccessKeyId", id}, {"SecretAccessKey", secret}, {"Projects", {"live"}}};
  const Answer imported = administer("ImportAccessKey", pair);
  ASSERT_EQ(imported.status, 200) << imported.message();
  EXPECT_EQ(imported.text("AccessKeyId"), id);
  EXPECT_EQ(imported.text("Status"), "enabled");
  EXPECT_EQ(json::serialize(imported.result.at("Projects")), R"(["live"])");
  EXPECT_FALSE(imported.result.as_object().contains("SecretAccessKey"));
  const signature::Credentials user{id, base::SecretBytes::copy_of(secret), std::nullopt};
  EXPECT_EQ(service.call(user, "ListCertV2", "{}").status, 200);
  EXPECT_EQ(service.create_cert(user, service.pki().upload()).code(), "RequestForbidden") << "it is limited to live";

  const auto audit = *service.store().ask(&store::Snapshot::audit, store::AuditFilter{}, 1000);
  EXPECT_EQ(audit.back().action, "ImportAccessKey");
  EXPECT_EQ(audit.back().subject, id);
  const auto credential = *service.store().ask(&store::Snapshot::find_credential, id);
  ASSERT_TRUE(credential);
  const base::Bytes& sealed = credential->access_key.sealed_secret.bytes;
  EXPECT_TRUE(std::ranges::search(sealed, base::as_bytes(secret)).empty()) << "sealed as others are";

  for (const std::string& owner : {account, service.root_account()}) {
    const Answer again =
        administer("ImportAccessKey", {{"AccountId", owner}, {"AccessKeyId", id}, {"SecretAccessKey", secret + "x"}});
    EXPECT_EQ(again.code(), "InvalidParam");
    EXPECT_EQ(again.message(), "AccessKeyId " + id + " exists already");
  }
  EXPECT_EQ(service.call(user, "ListCertV2", "{}").status, 200) << "and keeps its secret";
}

TEST_F(Administration, APairThatCannotBeUsedIsNotImported) {
  const auto import = [&](const std::string& id, const std::string& secret) {
    return administer("ImportAccessKey",
                      {{"AccountId", service.root_account()}, {"AccessKeyId", id}, {"SecretAccessKey", secret}});
  };
  const std::string secret = "0123456789abcdef";
  for (const std::string id : {"short", "with/slash", "with blank", "with,comma", "AKTPtemporary", "with=equals"}) {
    const Answer answer = import(id, secret);
    EXPECT_EQ(answer.code(), "InvalidParam") << id;
    EXPECT_THAT(answer.message(), testing::StartsWith("AccessKeyId "));
    EXPECT_THAT(answer.message(), testing::Not(HasSubstr(id))) << "it may be a secret";
  }
  EXPECT_EQ(import(std::string(129, 'a'), secret).code(), "InvalidParam");
  for (const std::string& unusable :
       {std::string("tooshort"), std::string(257, 'a'), secret + " ", secret + "\n", secret + "\u00e4"}) {
    const Answer answer = import("AKLT12345678", unusable);
    EXPECT_EQ(answer.code(), "InvalidParam");
    EXPECT_THAT(answer.message(), testing::StartsWith("SecretAccessKey must be 16 to 256"));
  }
  EXPECT_THAT(administer("ImportAccessKey").message(),
              HasSubstr("AccountId is required; AccessKeyId is required; SecretAccessKey is required"));
  EXPECT_EQ(administer("ListAccessKeys", {{"AccountId", service.root_account()}})
                .result.at("AccessKeyList")
                .as_array()
                .size(),
            1U);
  EXPECT_THAT(administer("ImportAccessKey",
                         {{"AccountId", "2199999999"}, {"AccessKeyId", "AKLT12345678"}, {"SecretAccessKey", secret}})
                  .message(),
              HasSubstr("AccountId 2199999999 does not exist"));
}

TEST_F(Administration, ADisabledKeyIsDeletedAndSignsNeverAgain) {
  const std::string account = add_account("user");
  const signature::Credentials user = add_key(account);
  EXPECT_EQ(service.call(user, "ListCertV2", "{}").status, 200);
  const json::object key{{"AccessKeyId", user.access_key_id}};
  const Answer enabled = administer("DeleteAccessKey", key);
  EXPECT_EQ(enabled.code(), "InvalidParam");
  EXPECT_THAT(enabled.message(), HasSubstr("AccessKeyId cannot be deleted: it is enabled; disable it first"));
  EXPECT_EQ(service.call(user, "ListCertV2", "{}").status, 200) << "nothing was changed";
  ASSERT_EQ(administer("DisableAccessKey", key).status, 200);
  ASSERT_EQ(administer("DeleteAccessKey", key).status, 200);
  EXPECT_EQ(service.call(user, "ListCertV2", "{}").code(), "InvalidAccessKey");
  EXPECT_EQ(administer("ListAccessKeys", {{"AccountId", account}}).result.at("AccessKeyList").as_array().size(), 0U);
  EXPECT_EQ(administer("DeleteAccessKey", key).status, 404);
  EXPECT_EQ(administer("EnableAccessKey", key).status, 404);
  const Answer told = administer("ListAudit", {{"Subject", user.access_key_id}, {"PageSize", 1}});
  EXPECT_EQ(told.result.at("AuditList").at(0).at("Action"), "DeleteAccessKey");
}

TEST_F(Administration, AnEmptyProjectIsDeletedAndWhatStandsInTheWayIsNamed) {
  const std::string account = add_account("user");
  const json::object project{{"AccountId", account}, {"ProjectName", "live"}};
  ASSERT_EQ(administer("CreateProject", project).status, 200);
  const signature::Credentials user = add_key(account);
  const Answer limited = administer("CreateAccessKey", {{"AccountId", account}, {"Projects", {"live"}}});
  ASSERT_EQ(limited.status, 200);
  const Tenant me(service, user);
  const std::string chain = me.upload("a.example", {{"ProjectName", "live"}});
  ASSERT_EQ(
      service
          .call(
              user, "CreateDomainV2",
              R"({"Vhost":"a","ProjectName":"live","Domains":[{"DomainName":"a.example","Type":"pull-flv","Region":"cn"}]})")
          .status,
      200);
  const Answer used = administer("DeleteProject", project);
  EXPECT_EQ(used.code(), "InvalidParam");
  EXPECT_THAT(used.message(),
              HasSubstr("ProjectName cannot be deleted: it has certificates, it has domains, access key " +
                        limited.text("AccessKeyId") + " is limited to it; move or delete"));
  ASSERT_EQ(service.call(user, "DeleteDomain", R"({"Domain":"a.example"})").status, 200);
  ASSERT_EQ(service.call(user, "DeleteCert", json::serialize(json::object{{"ChainID", chain}})).status, 200);
  // The key would be limited to nothing, which means that it would not be limited.
  EXPECT_EQ(administer("DeleteProject", project).code(), "InvalidParam");
  const json::object key{{"AccessKeyId", limited.text("AccessKeyId")}};
  ASSERT_EQ(administer("DisableAccessKey", key).status, 200);
  EXPECT_EQ(administer("DeleteProject", project).code(), "InvalidParam") << "it could be enabled again";
  ASSERT_EQ(administer("DeleteAccessKey", key).status, 200);
  ASSERT_EQ(administer("DeleteProject", project).status, 200);
  EXPECT_EQ(administer("DeleteProject", project).status, 404);
  EXPECT_EQ(administer("CreateProject", project).status, 200) << "its name is free again";
  EXPECT_THAT(administer("DeleteProject", {{"AccountId", account}, {"ProjectName", "default"}}).message(),
              HasSubstr("default cannot be deleted"));
}

TEST_F(Administration, BadInputIsNamed) {
  EXPECT_EQ(administer("CreateAccount", {{"AccountName", "a b"}}).code(), "InvalidParam");
  EXPECT_EQ(administer("CreateAccount").code(), "InvalidParam.BindError");
  add_account("user");
  const Answer taken = administer("CreateAccount", {{"AccountName", "user"}});
  EXPECT_EQ(taken.code(), "InvalidParam");
  EXPECT_THAT(taken.message(), HasSubstr("AccountName user exists already"));
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
  const auto audit = service.store().ask(&store::Snapshot::audit, store::AuditFilter{}, 1000);
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
