// Keys that are limited to domains, that end by themselves, and when they were used last.
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

class LimitedKeys : public testing::Test {
 protected:
  LimitedKeys()
      : root(service, service.root()),
        owner(service.new_account("user")),
        all(service, owner),
        account(own_account()) {}

  std::string own_account() { return service.call(owner, "GetSession", "{}", "2026-12-01").text("AccountId"); }
  Answer make_key(json::object body) {
    body["AccountId"] = account;
    return root.own("CreateAccessKey", body);
  }
  signature::Credentials key_with(const json::object& limits) {
    const Answer key = make_key(limits);
    EXPECT_EQ(key.status, 200) << key.message();
    return {key.text("AccessKeyId"), base::SecretBytes::copy_of(key.text("SecretAccessKey")), std::nullopt};
  }
  json::object listed(const signature::Credentials& key) {
    const Answer keys = root.own("ListAccessKeys", {{"AccountId", account}});
    for (const json::value& item : keys.result.at("AccessKeyList").as_array()) {
      if (item.at("AccessKeyId").as_string() == key.access_key_id) return item.as_object();
    }
    return {};
  }
  std::size_t changes() { return service.store().ask(&store::Snapshot::changes, 0, 100'000)->size(); }
  static void expect_outside(const Answer& answer, const std::string& domain, const char* what) {
    EXPECT_EQ(answer.status, 403) << what << " " << answer.message();
    EXPECT_EQ(answer.code(), "RequestForbidden") << what;
    EXPECT_THAT(answer.message(), HasSubstr("limited to other domains than " + domain)) << what;
  }

  TestService service;
  Tenant root;
  signature::Credentials owner;
  Tenant all;
  std::string account;
};

TEST_F(LimitedKeys, ChangeNothingOutsideTheirDomains) {
  const auto key = key_with({{"Domains", {"*.mine.example"}}});
  const Tenant user(service, key);
  const std::string foreign = all.upload("other.example");
  ASSERT_EQ(all.update(foreign, leaf_for({"other.example", "a.mine.example"})).status, 200);
  all.add_domain("other.example");
  ASSERT_EQ(all.bind(foreign, "other.example").status, 200);
  const std::string unbound = all.upload("third.example");
  const std::string bindable = all.upload(leaf_for({"*.mine.example", "other.example"}));
  const std::size_t before = changes();

  const PemPair mixed = service.pki().upload("other.example");
  expect_outside(service.create_cert(key, mixed), "other.example", "CreateCert");
  expect_outside(user.own("UploadCert", {{"UseWay", "https"},
                                         {"CertName", "n"},
                                         {"Rsa", {{"Pubkey", mixed.certificates}, {"Prikey", mixed.key}}}}),
                 "other.example", "UploadCert");
  expect_outside(user.update(foreign, leaf_for({"a.mine.example"})), "other.example", "UpdateCert over another's");
  expect_outside(user.update(unbound, leaf_for({"a.mine.example"})), "third.example", "UpdateCert over an unbound one");
  expect_outside(user.live("UpdateCert", {{"UseWay", "https"}, {"ChainID", unbound}, {"CertName", "mine"}}),
                 "third.example", "UpdateCert of the name");
  expect_outside(user.live("DeleteCert", {{"ChainID", unbound}}), "third.example", "DeleteCert");
  expect_outside(user.own("RollbackCert", {{"ChainID", foreign}}), "other.example", "RollbackCert");
  expect_outside(user.bind(foreign, "other.example", {{"HTTPS", true}}), "other.example", "BindCert");
  const Answer several =
      user.own("BindCerts", {{"ChainID", bindable}, {"Domains", {"other.example", "a.mine.example"}}});
  EXPECT_EQ(several.code(), "RequestForbidden");
  EXPECT_THAT(several.message(), HasSubstr("other.example"));
  expect_outside(user.live("UnbindCert", {{"Domain", "other.example"}}), "other.example", "UnbindCert");
  expect_outside(user.live("DeleteDomain", {{"Domain", "other.example"}}), "other.example", "DeleteDomain");
  expect_outside(user.live("DisableDomain", {{"Domain", "other.example"}}), "other.example", "DisableDomain");
  expect_outside(user.live("EnableDomain", {{"Domain", "other.example"}}), "other.example", "EnableDomain");
  expect_outside(user.live("UpdateDomainVhost", {{"Domain", "other.example"}, {"Vhost", "v"}}), "other.example",
                 "UpdateDomainVhost");
  expect_outside(user.live("CreateDomain", {{"Domain", "new.example"}, {"Type", "push"}}), "new.example",
                 "CreateDomain");
  const json::object plan = user.own("PlanCert", {{"UseWay", "https"},
                                                  {"CertName", "n"},
                                                  {"Rsa", {{"Pubkey", mixed.certificates}, {"Prikey", mixed.key}}}})
                                .result.as_object();
  EXPECT_FALSE(plan.at("Accepted").as_bool());
  EXPECT_THAT(std::string(plan.at("Error").at("Message").as_string()), HasSubstr("other.example"));
  EXPECT_EQ(changes(), before);
}

TEST_F(LimitedKeys, DoEverythingWithinTheirDomains) {
  const auto key = key_with({{"Domains", {"*.mine.example", "also.example"}}});
  const Tenant user(service, key);
  const std::string chain = user.upload(leaf_for({"*.mine.example", "a.b.mine.example", "also.example"}));
  ASSERT_NE(chain, "");
  EXPECT_EQ(user.update(chain, leaf_for({"*.mine.example", "also.example"})).status, 200);
  EXPECT_EQ(user.live("UpdateCert", {{"UseWay", "https"}, {"ChainID", chain}, {"CertName", "renamed"}}).status, 200);
  user.add_domain("a.mine.example");
  EXPECT_EQ(user.bind(chain, "a.mine.example").status, 200);
  EXPECT_EQ(user.live("UpdateDomainVhost", {{"Domain", "a.mine.example"}, {"Vhost", "v"}}).status, 200);
  EXPECT_EQ(user.own("RollbackCert", {{"ChainID", chain}}).status, 200);
  EXPECT_EQ(user.live("UnbindCert", {{"Domain", "a.mine.example"}}).status, 200);
  EXPECT_EQ(user.live("DeleteDomain", {{"Domain", "a.mine.example"}}).status, 200);
  EXPECT_EQ(user.live("DeleteCert", {{"ChainID", chain}}).status, 200);
}

TEST_F(LimitedKeys, ReadAsOtherKeysDo) {
  const auto key = key_with({{"Domains", {"*.mine.example"}}});
  const Tenant user(service, key);
  const std::string chain = all.upload("other.example");
  EXPECT_EQ(user.own("ListCerts", {}).result.at("Total").as_int64(), 1);
  EXPECT_EQ(user.own("ListCertVersions", {{"ChainID", chain}}).status, 200);
}

TEST_F(LimitedKeys, PruneOnlyWithinTheirDomains) {
  const auto key = key_with({{"Domains", {"*.mine.example"}}});
  for (const char* name : {"a.mine.example", "other.example"}) {
    test::Pki::Leaf brief = leaf_for({name});
    brief.not_after = service.clock().now() + std::chrono::days(1);
    const std::string old_chain = all.upload(brief);
    all.add_domain(name);
    ASSERT_EQ(all.bind(old_chain, name).status, 200);
    ASSERT_EQ(all.bind(all.upload(name), name).status, 200);
  }
  service.clock().advance(std::chrono::days(2));
  const Tenant user(service, key);
  EXPECT_EQ(user.own("PruneCerts", {{"DryRun", true}}).result.at("Total").as_int64(), 1);
  EXPECT_EQ(user.own("PruneCerts", {}).result.at("Total").as_int64(), 1);
  EXPECT_EQ(user.own("PruneCerts", {}).result.at("Total").as_int64(), 0);
  EXPECT_EQ(all.own("PruneCerts", {}).result.at("Total").as_int64(), 1);
}

TEST_F(LimitedKeys, PatternsAreNamesOrAllBelowOne) {
  const std::pair<const char*, std::vector<std::pair<const char*, bool>>> cases[] = {
      {"*.mine.example",
       {{"a.mine.example", true},
        {"a.b.mine.example", true},
        {"*.mine.example", true},
        {"*.a.mine.example", true},
        {"mine.example", false},
        {"notmine.example", false},
        {"a.mine.example.org", false}}},
      {"A.Mine.example", {{"a.mine.example", true}, {"b.a.mine.example", false}, {"*.mine.example", false}}},
  };
  for (const auto& [pattern, names] : cases) {
    const auto key = key_with({{"Domains", {pattern}}});
    for (const auto& [name, is_within] : names) {
      const Answer answer = service.create_cert(key, service.pki().upload(name));
      EXPECT_EQ(answer.status, is_within ? 200 : 403) << pattern << " " << name << " " << answer.message();
    }
  }
  for (const char* pattern :
       {"*", "*.*.example", "a.*.example", "mine", "*.", "*.a..b", "192.0.2.1/24", "a b.example"}) {
    EXPECT_EQ(make_key({{"Domains", {pattern}}}).status, 400) << pattern;
  }
}

TEST_F(LimitedKeys, OfRootThatAreLimitedToDomainsAdministerNothing) {
  const Answer made =
      root.own("CreateAccessKey", {{"AccountId", service.root_account()}, {"Domains", {"*.mine.example"}}});
  const signature::Credentials key{made.text("AccessKeyId"), base::SecretBytes::copy_of(made.text("SecretAccessKey")),
                                   std::nullopt};
  EXPECT_EQ(service.call(key, "ListAccounts", "{}", "2026-12-01").code(), "AccessDenied");
  EXPECT_EQ(service.call(key, "MoveDomain", "{}", "2026-12-01").code(), "AccessDenied");
}

TEST_F(LimitedKeys, AnImportedKeyHasTheLimitsThatItWasGiven) {
  const Answer made = root.own("ImportAccessKey", {{"AccountId", account},
                                                   {"AccessKeyId", "AKLTimported"},
                                                   {"SecretAccessKey", "0123456789abcdef"},
                                                   {"Domains", {"*.mine.example"}},
                                                   {"ExpiresIn", 3600}});
  ASSERT_EQ(made.status, 200) << made.message();
  const signature::Credentials key{"AKLTimported", base::SecretBytes::copy_of("0123456789abcdef"), std::nullopt};
  EXPECT_EQ(service.create_cert(key, service.pki().upload("other.example")).code(), "RequestForbidden");
  EXPECT_EQ(service.create_cert(key, service.pki().upload("a.mine.example")).status, 200);
  service.clock().advance(std::chrono::hours(1));
  EXPECT_EQ(service.call(key, "ListCertV2", "{}").code(), "InvalidAccessKey");
}

TEST_F(LimitedKeys, EndAtTheirTimeWithTheWordsForAKeyThatIsGone) {
  const auto key = key_with({{"ExpiresIn", 600}});
  EXPECT_EQ(service.call(key, "ListCertV2", "{}").status, 200);
  service.clock().advance(std::chrono::seconds(599));
  EXPECT_EQ(service.call(key, "ListCertV2", "{}").status, 200);
  EXPECT_EQ(listed(key).at("Status").as_string(), "enabled");
  service.clock().advance(std::chrono::seconds(1));
  const Answer answer = service.call(key, "ListCertV2", "{}");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.code(), "InvalidAccessKey");
  EXPECT_EQ(answer.code_number(), 100009);
  EXPECT_EQ(answer.message(), "The accesskey [" + key.access_key_id + "] included in the request is invalid.");
  EXPECT_EQ(listed(key).at("Status").as_string(), "expired");
  EXPECT_EQ(service.call(owner, "ListCertV2", "{}").status, 200);
  for (const std::int64_t life : {0, 59}) EXPECT_EQ(make_key({{"ExpiresIn", life}}).status, 400) << life;
}

TEST_F(LimitedKeys, TellWhenTheyWereUsedLastAndAreWrittenOnceAnHour) {
  const auto key = key_with({});
  EXPECT_EQ(listed(key).at("LastUseTime").as_string(), "");
  const base::Time first = service.clock().now();
  // What was handed to the store before this write is in it after the answer.
  const auto used = [&] {
    store::Context context;
    context.deadline = base::SteadyTime::max();
    EXPECT_NE(service.store().submit(context, store::PutSetting{"test", {1}}).wait().kind,
              store::OutcomeKind::kUnavailable);
    return std::string(listed(key).at("LastUseTime").as_string());
  };
  ASSERT_EQ(service.call(key, "ListCertV2", "{}").status, 200);
  EXPECT_EQ(used(), base::to_rfc3339(first));
  service.clock().advance(std::chrono::minutes(59));
  ASSERT_EQ(service.call(key, "ListCertV2", "{}").status, 200);
  EXPECT_EQ(used(), base::to_rfc3339(first)) << "not for each request";
  service.clock().advance(std::chrono::minutes(1));
  ASSERT_EQ(service.call(key, "ListCertV2", "{}").status, 200);
  EXPECT_EQ(used(), base::to_rfc3339(first + std::chrono::hours(1)));
}

TEST_F(LimitedKeys, ACallWithAnotherSecretIsNoUse) {
  const auto key = key_with({});
  const signature::Credentials forged{key.access_key_id, base::SecretBytes::copy_of("0123456789abcdef"), std::nullopt};
  EXPECT_EQ(service.call(forged, "ListCertV2", "{}").code(), "SignatureDoesNotMatch");
  EXPECT_EQ(listed(key).at("LastUseTime").as_string(), "");
}

}  // namespace
}  // namespace livecert
