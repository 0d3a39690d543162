#include <boost/json/array.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/local_edges.h"
#include "support/tenant.h"

// A chain ends when the first certificate ends that every path of it needs; the versions that edges show end too.
namespace livecert {
namespace {

namespace json = boost::json;
using std::chrono::days;
using std::chrono::seconds;
using test::Answer;
using test::column;
using test::leaf_for;
using test::Tenant;
using test::TestService;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::int64_t in_seconds(days time) {
  return std::chrono::duration_cast<seconds>(time).count();
}

class Ending : public testing::Test {
 protected:
  Ending() : me(service, service.root()) {}

  base::Time after(days time) { return service.clock().now() + time; }
  // A leaf of 90 days below an intermediate that ends in five.
  std::string upload_early(const Tenant& tenant, const signature::Credentials& by, const std::string& domain) {
    const Answer answer = service.create_cert(by, service.pki().upload_ending(leaf_for({domain}), after(days(5))));
    EXPECT_EQ(answer.status, 200) << answer.message();
    tenant.add_domain(domain);
    return answer.text("ChainID");
  }
  std::vector<std::string> listed(days within, json::object more = {}) {
    more["ExpiringWithin"] = in_seconds(within);
    const Answer answer = me.own("ListCerts", more);
    EXPECT_EQ(answer.status, 200) << answer.message();
    return column(answer.result.at("CertList"), "ChainID");
  }

  TestService service;
  Tenant me;
};

TEST_F(Ending, OurOwnListsCountTheWholeChain) {
  const std::string chain = upload_early(me, service.root(), "a.example");
  me.upload("b.example");
  EXPECT_THAT(listed(days(4)), IsEmpty());
  EXPECT_THAT(listed(days(30)), ElementsAre(chain));
  const json::object item = me.chain(chain);
  EXPECT_EQ(item.at("EndsAt").as_string(), base::to_rfc3339(after(days(5))));
  EXPECT_EQ(item.at("Status").as_string(), "7days");
  EXPECT_EQ(item.at("NotAfter").as_string(), base::to_rfc3339(after(days(90))));
  const Answer versions = me.own("ListCertVersions", {{"ChainID", chain}});
  EXPECT_THAT(column(versions.result.at("VersionList"), "EndsAt"), ElementsAre(base::to_rfc3339(after(days(5)))));
  service.clock().advance(days(6));
  EXPECT_EQ(me.chain(chain).at("Status").as_string(), "Expire");
}

TEST_F(Ending, ListCertV2KeepsTheVendorsMeaning) {
  upload_early(me, service.root(), "a.example");
  const Answer answer = me.live("ListCertV2", {});
  EXPECT_THAT(column(answer.result.at("CertList"), "Status"), ElementsAre("OK"));
  EXPECT_THAT(column(answer.result.at("CertList"), "NotAfter"), ElementsAre(base::to_rfc3339(after(days(90)))));
  EXPECT_FALSE(answer.result.at("CertList").at(0).as_object().contains("EndsAt"));
}

TEST_F(Ending, UploadBindAndDescribeWarn) {
  const Answer uploaded = service.create_cert(service.pki().upload_ending(leaf_for({"a.example"}), after(days(5))));
  const auto warns = [](const Answer& answer) {
    EXPECT_EQ(answer.status, 200) << answer.message();
    const auto warnings = test::strings(answer.result.at("Warnings"));
    EXPECT_THAT(warnings, Contains(testing::AllOf(HasSubstr("[issuer-ends-first]"), HasSubstr("Early Intermediate"))));
  };
  warns(uploaded);
  const std::string chain = uploaded.text("ChainID");
  me.add_domain("a.example");
  warns(me.bind(chain, "a.example", {{"HTTPS", true}}));
  const Answer described = me.live("DescribeCertDetailSecretV2", {{"ChainID", chain}});
  warns(described);
  EXPECT_EQ(described.text("EndsAt"), base::to_rfc3339(after(days(5))));
  EXPECT_EQ(described.text("Status"), "OK");
}

TEST_F(Ending, BoundLeavesOutWhatNothingUses) {
  const std::string bound = upload_early(me, service.root(), "a.example");
  const std::string unbound = upload_early(me, service.root(), "b.example");
  ASSERT_EQ(me.bind(bound, "a.example").status, 200);
  EXPECT_THAT(listed(days(30)), UnorderedElementsAre(bound, unbound));
  EXPECT_THAT(listed(days(30), {{"Bound", true}}), ElementsAre(bound));
}

TEST_F(Ending, TheRootAccountMayAskAboutAllAccounts) {
  const signature::Credentials user = service.new_account("user");
  const Tenant other(service, user);
  const std::string theirs = upload_early(other, user, "a.example");
  const std::string ours = upload_early(me, service.root(), "b.example");
  EXPECT_THAT(listed(days(30)), ElementsAre(ours));
  EXPECT_THAT(listed(days(30), {{"AllAccounts", true}}), UnorderedElementsAre(ours, theirs));
  const Answer all = me.own("ListCerts", {{"AllAccounts", true}});
  EXPECT_EQ(all.result.at("Total").to_number<int>(), 2);
  const Answer denied = other.own("ListCerts", {{"AllAccounts", true}});
  EXPECT_EQ(denied.status, 403);
  EXPECT_EQ(denied.code(), "AccessDenied");
  EXPECT_EQ(me.own("ListCerts", {{"AllAccounts", true}, {"PageSize", 10}}).status, 400);
}

TEST_F(Ending, AKeyOfTheRootAccountThatIsLimitedToProjectsMayNot) {
  const Answer key = me.own("CreateAccessKey", {{"AccountId", service.root_account()}, {"Projects", {"default"}}});
  ASSERT_EQ(key.status, 200) << key.message();
  const signature::Credentials credentials{key.text("AccessKeyId"),
                                           base::SecretBytes::copy_of(key.text("SecretAccessKey")), std::nullopt};
  const Tenant limited(service, credentials);
  for (const char* action : {"ListCerts", "ListServedCerts"}) {
    const Answer answer = limited.own(action, {{"ExpiringWithin", 1}, {"AllAccounts", true}});
    EXPECT_EQ(answer.status, 403) << action;
    EXPECT_EQ(answer.code(), "AccessDenied");
  }
  EXPECT_EQ(limited.own("ListCerts", {{"ExpiringWithin", 1}}).status, 200);
}

// An edge may show another version than the store has, or one that nothing uses any longer.
TEST_F(Ending, WhatEdgesShowIsListedWithEdgeAndDomain) {
  class Board final : public service::LocalEdges {
   public:
    [[nodiscard]] std::vector<edge::EdgeStatus> status() const override { return {}; }
    [[nodiscard]] std::vector<edge::Served> served(base::Time ends_before) const override {
      asked = ends_before;
      return shown;
    }
    [[nodiscard]] std::vector<std::filesystem::path> roots() const override { return {}; }
    std::vector<edge::Served> shown;
    mutable base::Time asked;
  } board;
  service.services().edges = &board;
  const signature::Credentials user = service.new_account("user", {"live", "default"});
  const Tenant other(service, user);
  const std::string chain = upload_early(other, user, "a.example");
  const auto account = *base::AccountId::parse(std::string(other.chain(chain).at("AccountID").as_string()));
  const auto show = [&](const std::string& edge, const std::string& domain, days ends, const std::string& project) {
    domain::Receipt receipt{edge, domain, *base::ChainId::parse(chain), base::CertId(7), after(days(-10))};
    receipt.shown_since = receipt.last_seen = after(days(-1));
    receipt.valid_until = after(ends);
    board.shown.push_back({account, project, receipt});
  };
  show("front", "a.example", days(3), "live");
  show("rtmps", "b.example", days(-2), "live");
  const auto ask = [&](const Tenant& by, json::object more = {}) {
    more["ExpiringWithin"] = in_seconds(days(30));
    const Answer answer = by.own("ListServedCerts", more);
    EXPECT_EQ(answer.status, 200) << answer.message();
    return answer.result;
  };
  const json::value seen = ask(other);
  EXPECT_EQ(board.asked, after(days(30)));
  EXPECT_THAT(column(seen.at("ServedList"), "Edge"), ElementsAre("rtmps", "front")) << "the soonest first";
  EXPECT_THAT(column(seen.at("ServedList"), "Domain"), ElementsAre("b.example", "a.example"));
  EXPECT_THAT(column(seen.at("ServedList"), "Status"), ElementsAre("Expire", "7days"));
  EXPECT_THAT(ask(me).at("ServedList").as_array(), IsEmpty());
  EXPECT_THAT(column(ask(me, {{"AllAccounts", true}}).at("ServedList"), "Edge"), ElementsAre("rtmps", "front"));
  EXPECT_EQ(other.own("ListServedCerts", {{"ExpiringWithin", 1}, {"AllAccounts", true}}).status, 403);
  service.services().edges = nullptr;
}

// Decision 6.
TEST_F(Ending, AnUpdateThatIsNotValidYetNamesTheDomainsAndTheTime) {
  const std::string chain = me.upload(leaf_for({"a.example", "b.example"}));
  for (const char* domain : {"a.example", "b.example"}) {
    me.add_domain(domain);
    ASSERT_EQ(me.bind(chain, domain).status, 200);
  }
  test::Pki::Leaf next = leaf_for({"a.example", "b.example"});
  next.not_before = after(days(2));
  const Answer answer = me.update(chain, next);
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.message(), HasSubstr("valid only from " + base::to_rfc3339(after(days(2)))));
  EXPECT_THAT(answer.message(), HasSubstr("a.example, b.example"));
}

}  // namespace
}  // namespace livecert
