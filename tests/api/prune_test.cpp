#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/apply_retention.h"
#include "support/faulty_store.h"
#include "support/tenant.h"

namespace livecert {
namespace {

namespace json = boost::json;
using std::chrono::days;
using test::Answer;
using test::column;
using test::leaf_for;
using test::Tenant;
using test::TestService;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// A chain that lasts three days and gave its domain to another.
std::string superseded_chain(const Tenant& who, TestService& service, const std::string& domain,
                             const std::string& project = "default") {
  test::Pki::Leaf brief = leaf_for({domain});
  brief.not_after = service.clock().now() + days(3);
  std::string chain = who.upload(brief, {{"CertName", "old of " + domain}, {"ProjectName", project}});
  const std::string next = who.upload(leaf_for({domain}), {{"ProjectName", project}});
  who.add_domain(domain, project);
  EXPECT_EQ(who.bind(chain, domain).status, 200);
  EXPECT_EQ(who.bind(next, domain).status, 200);
  return chain;
}

class Prune : public testing::Test {
 protected:
  Prune() : me(service, service.root()) {}
  [[nodiscard]] std::vector<std::string> prune(const json::object& options) const {
    const Answer answer = me.own("PruneCerts", options);
    EXPECT_EQ(answer.status, 200) << answer.message();
    EXPECT_EQ(answer.result.at("Total").as_int64(),
              static_cast<std::int64_t>(answer.result.at("CertList").as_array().size()));
    return column(answer.result.at("CertList"), "ChainID");
  }
  [[nodiscard]] std::vector<domain::ChainSummary> retain(int expired_for) {
    return *service::apply_retention(service.services(), days(expired_for), [] { return false; });
  }
  TestService service;
  Tenant me;
};
using PruneCerts = Prune;
using Retention = Prune;

TEST_F(PruneCerts, RemovesOnlyWhatIsSupersededUnboundAndExpired) {
  const std::string old_chain = superseded_chain(me, service, "a.example");
  test::Pki::Leaf brief = leaf_for({"b.example"});
  brief.not_after = service.clock().now() + days(3);
  const std::string expired_only = me.upload(brief);
  EXPECT_THAT(prune({}), IsEmpty()) << "it has not expired";
  service.clock().advance(days(4));
  const json::object options{{"DryRun", true}};
  const Answer planned = me.own("PruneCerts", options);
  EXPECT_EQ(json::serialize(planned.result.at("CertList")),
            R"([{"ChainID":")" + old_chain +
                R"(","CertName":"old of a.example","ProjectName":"default","NotAfter":"2026-06-04T12:00:00Z",)" +
                R"("SupersededBy":")" + std::string(me.chain(old_chain).at("SupersededBy").as_string()) + R"("}])");
  EXPECT_FALSE(planned.result.at("More").as_bool());
  EXPECT_FALSE(me.chain(old_chain).empty()) << "a dry run removes nothing";
  EXPECT_THAT(prune({}), ElementsAre(old_chain));
  EXPECT_TRUE(me.chain(old_chain).empty());
  EXPECT_FALSE(me.chain(expired_only).empty());
  EXPECT_THAT(prune({}), IsEmpty());
}

TEST_F(PruneCerts, WaitsAsLongAsItIsTold) {
  const std::string chain = superseded_chain(me, service, "a.example");
  service.clock().advance(days(3) + days(10));
  EXPECT_THAT(prune({{"ExpiredForDays", 10}}), IsEmpty()) << "for ten days, not longer";
  service.clock().advance(std::chrono::seconds(1));
  EXPECT_THAT(prune({{"ExpiredForDays", 11}}), IsEmpty());
  EXPECT_THAT(prune({{"ExpiredForDays", 10}}), ElementsAre(chain));
}

TEST_F(PruneCerts, StaysInTheProjectThatIsNamed) {
  const auto user = service.new_account("user", {"default", "live"});
  const Tenant them(service, user);
  const std::string here = superseded_chain(them, service, "a.example", "live");
  const std::string there = superseded_chain(them, service, "b.example");
  service.clock().advance(days(4));
  const Answer answer = them.own("PruneCerts", {{"ProjectName", "live"}});
  EXPECT_THAT(column(answer.result.at("CertList"), "ChainID"), ElementsAre(here));
  EXPECT_FALSE(them.chain(there).empty());
  EXPECT_EQ(them.own("PruneCerts", {{"ProjectName", "other"}}).code(), "RequestForbidden");
}

TEST_F(PruneCerts, NamesWhatDoesNotBindOrFit) {
  EXPECT_EQ(me.own("PruneCerts", {{"DryRun", "yes"}}).code(), "InvalidParam.BindError");
  for (const int number : {-1, 36501}) {
    EXPECT_EQ(me.own("PruneCerts", {{"ExpiredForDays", number}}).message(),
              "ExpiredForDays should be between 0 and 36500");
  }
}

// Binds the chain again between listing and removing it.
class BoundMeanwhile final : public store::testing::ForwardingStore {
 public:
  explicit BoundMeanwhile(store::Store& inner) : ForwardingStore(inner) {}
  base::Later<store::Outcome> submit(store::Context context, store::Command command) override {
    if (std::holds_alternative<store::DeleteChain>(command) && meanwhile) std::exchange(meanwhile, {})();
    return inner().submit(std::move(context), std::move(command));
  }
  std::function<void()> meanwhile;
};

TEST(PruneCertsAndOthers, WhatIsNeededAgainMeanwhileStays) {
  BoundMeanwhile* store = nullptr;
  TestService::Options options;
  options.wrap_store = [&](store::Store& inner) {
    auto made = std::make_unique<BoundMeanwhile>(inner);
    store = made.get();
    return made;
  };
  TestService service(std::move(options));
  const Tenant me(service, service.root());
  const std::string chain = superseded_chain(me, service, "a.example");
  service.clock().advance(days(4));
  store->meanwhile = [&] {
    EXPECT_EQ(me.update(chain, leaf_for({"a.example"})).status, 200) << "renewed, so not superseded any more";
  };
  const Answer answer = me.own("PruneCerts", {});
  ASSERT_EQ(answer.status, 200) << answer.message();
  EXPECT_EQ(answer.result.at("Total").as_int64(), 0);
  EXPECT_FALSE(me.chain(chain).empty());
}

TEST(PruneCertsAndOthers, EndsAtItsDeadlineAndSaysThatThereIsMore) {
  class Slow final : public store::testing::ForwardingStore {
   public:
    using ForwardingStore::ForwardingStore;
    base::Later<store::Outcome> submit(store::Context context, store::Command command) override {
      const bool is_late = std::holds_alternative<store::DeleteChain>(command) && deletions++ == allowed;
      if (is_late) return store::Outcome{store::OutcomeKind::kDeadlineExceeded};
      return inner().submit(std::move(context), std::move(command));
    }
    int deletions = 0;
    int allowed = 1;
  };
  Slow* slow = nullptr;
  TestService::Options options;
  options.wrap_store = [&](store::Store& inner) {
    auto made = std::make_unique<Slow>(inner);
    slow = made.get();
    return made;
  };
  TestService service(std::move(options));
  const Tenant me(service, service.root());
  const std::string first = superseded_chain(me, service, "a.example");
  const std::string second = superseded_chain(me, service, "b.example");
  service.clock().advance(days(4));
  Answer answer = me.own("PruneCerts", {});
  EXPECT_THAT(column(answer.result.at("CertList"), "ChainID"), ElementsAre(second));
  EXPECT_TRUE(answer.result.at("More").as_bool());
  slow->deletions = 0;
  slow->allowed = 0;
  EXPECT_EQ(me.own("PruneCerts", {}).status, 504) << "nothing was done";
  EXPECT_FALSE(me.chain(first).empty());
}

TEST_F(Retention, RemovesOfEveryAccountWhatPruningWouldAndIsAudited) {
  const auto user = service.new_account("user");
  const Tenant them(service, user);
  const std::string mine = superseded_chain(me, service, "a.example");
  const std::string theirs = superseded_chain(them, service, "b.example");
  service.clock().advance(days(3) + days(30));
  EXPECT_THAT(retain(30), IsEmpty());
  service.clock().advance(std::chrono::seconds(1));
  std::vector<std::string> removed;
  for (const domain::ChainSummary& chain : retain(30)) removed.push_back(chain.id.to_string());
  EXPECT_THAT(removed, testing::UnorderedElementsAre(mine, theirs));
  EXPECT_TRUE(me.chain(mine).empty());
  EXPECT_TRUE(them.chain(theirs).empty());
  const auto audit = *service.store().ask(&store::Snapshot::audit, store::AuditFilter{}, 1000);
  EXPECT_EQ(std::ranges::count(audit, "Retention", &store::AuditRecord::action), 2);
  EXPECT_EQ(audit.back().access_key_id, "");
  EXPECT_THAT(retain(30), IsEmpty());
}

TEST_F(Retention, LeavesASuspendedAccountAloneAndServesTheOthers) {
  const auto user = service.new_account("user");
  const Tenant them(service, user);
  const std::string mine = superseded_chain(me, service, "a.example");
  static_cast<void>(superseded_chain(them, service, "b.example"));
  const auto accounts = *service.store().ask(&store::Snapshot::list_accounts);
  const auto theirs = std::ranges::find(accounts, false, &domain::Account::is_root);
  ASSERT_EQ(me.own("SuspendAccount", {{"AccountId", theirs->id.to_string()}}).status, 200);
  service.clock().advance(days(10));
  const auto removed = retain(1);
  ASSERT_EQ(removed.size(), 1U);
  EXPECT_EQ(removed.front().id.to_string(), mine);
}

TEST_F(Retention, JudgesByTheTimeThatItIsGiven) {
  const std::string chain = superseded_chain(me, service, "a.example");
  const base::Time before = service.clock().now();
  service.clock().advance(days(10));
  const auto go_on = [] { return false; };
  EXPECT_THAT(*service::apply_retention(service.services(), days(1), go_on, before), IsEmpty());
  EXPECT_THAT(*service::apply_retention(service.services(), days(1), go_on, service.clock().now()), SizeIs(1));
}

TEST_F(Retention, StopsWhenItIsToldTo) {
  const std::string chain = superseded_chain(me, service, "a.example");
  service.clock().advance(days(10));
  EXPECT_THAT(*service::apply_retention(service.services(), days(1), [] { return true; }), IsEmpty());
  EXPECT_FALSE(me.chain(chain).empty());
}

TEST(RetentionOnAFailingStore, SaysSo) {
  TestService::Options options;
  bool failing = false;
  class Failing final : public store::testing::ForwardingStore {
   public:
    Failing(store::Store& inner, const bool& failing) : ForwardingStore(inner), failing_(failing) {}

   protected:
    base::Result<void> before_read() override {
      if (failing_) return base::Error{base::ErrorCode::kStoreFailure, "the store failed"};
      return {};
    }

   private:
    const bool& failing_;
  };
  options.wrap_store = [&](store::Store& inner) { return std::make_unique<Failing>(inner, failing); };
  TestService service(std::move(options));
  failing = true;
  const auto result = service::apply_retention(service.services(), days(1), [] { return false; });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, base::ErrorCode::kStoreFailure);
}

}  // namespace
}  // namespace livecert
