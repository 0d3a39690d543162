#include "service/edge_source.h"

#include <algorithm>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant.h"

namespace livecert {
namespace {

using edge::Changed;
using edge::Order;
using service::EdgeSource;
using std::chrono::milliseconds;
using test::Answer;
using test::leaf_for;
using test::Tenant;
using test::TestService;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const edge::Opening kDelivery{"web", edge::KeyUse::kDelivery};

class EdgeSourceTest : public testing::Test {
 protected:
  EdgeSourceTest() : me(service, service.root()), source(service.services()) {}

  std::string bound_chain(const std::string& domain, boost::json::object switches = {{"HTTPS", true}}) {
    const std::string chain = me.upload(leaf_for({domain, "*." + domain}));
    me.add_domain(domain);
    EXPECT_EQ(me.bind(chain, domain, std::move(switches)).status, 200);
    return chain;
  }
  std::vector<Order> all() {
    auto snapshot = source.read_all();
    EXPECT_TRUE(snapshot);
    return snapshot ? snapshot->orders : std::vector<Order>();
  }
  std::int64_t position() { return source.read_all()->position; }
  std::vector<Changed> changes_after(std::int64_t position) {
    auto changes = source.changes(position, milliseconds(0));
    EXPECT_TRUE(changes);
    return changes ? changes->domains : std::vector<Changed>();
  }

  TestService service;
  Tenant me;
  EdgeSource source;
};

TEST_F(EdgeSourceTest, OrdersWhatIsBoundWithHttpsOn) {
  const std::string chain = bound_chain("a.example", {{"HTTPS", true}, {"HTTP2", true}, {"MinTLSVersion", "TLSv1.3"}});
  bound_chain("off.example", {{"HTTPS", false}});
  me.add_domain("unbound.example");
  ASSERT_THAT(all(), SizeIs(1));
  const Order order = all().front();
  EXPECT_EQ(order.domain, "a.example");
  EXPECT_EQ(order.chain.to_string(), chain);
  EXPECT_EQ(order.project, "default");
  EXPECT_TRUE(order.tls.http2);
  EXPECT_EQ(order.tls.min_version, domain::TlsVersion::k13);
}

TEST_F(EdgeSourceTest, OrdersNothingForADisabledDomain) {
  bound_chain("a.example");
  const std::int64_t before = position();
  ASSERT_EQ(me.live("DisableDomain", {{"Domain", "a.example"}}).status, 200);
  EXPECT_THAT(all(), IsEmpty());
  const auto changes = changes_after(before);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes.front().order, std::nullopt);
}

TEST_F(EdgeSourceTest, TellsEveryDomainOfAChainThatIsUpdated) {
  const std::string chain = bound_chain("a.example");
  me.add_domain("b.a.example");
  ASSERT_EQ(me.bind(chain, "b.a.example", {{"HTTPS", true}}).status, 200);
  const base::CertId version = all().front().version;
  const std::int64_t before = position();
  ASSERT_EQ(me.update(chain, leaf_for({"a.example", "*.a.example"})).status, 200);
  const auto changes = changes_after(before);
  ASSERT_THAT(changes, SizeIs(2));
  for (const Changed& changed : changes) {
    ASSERT_TRUE(changed.order.has_value());
    EXPECT_GT(changed.order->version, version);
  }
}

TEST_F(EdgeSourceTest, TellsUnbindingMovingAndRollback) {
  const std::string chain = bound_chain("a.example");
  const base::CertId first = all().front().version;
  ASSERT_EQ(me.update(chain, leaf_for({"a.example"})).status, 200);
  std::int64_t before = position();
  ASSERT_EQ(me.own("RollbackCert", {{"ChainID", chain}}).status, 200);
  ASSERT_THAT(changes_after(before), SizeIs(1));
  EXPECT_EQ(changes_after(before).front().order->version, first);
  before = position();
  ASSERT_EQ(me.live("UnbindCert", {{"Domain", "a.example"}}).status, 200);
  EXPECT_EQ(changes_after(before).front().order, std::nullopt);
  before = position();
  ASSERT_EQ(me.live("DeleteDomain", {{"Domain", "a.example"}}).status, 200);
  EXPECT_EQ(changes_after(before).front().domain, "a.example");
}

TEST_F(EdgeSourceTest, SnapshotAndChangesTogetherMissNothing) {
  bound_chain("a.example");
  const auto snapshot = source.read_all();
  bound_chain("b.example");
  const auto changes = changes_after(snapshot->position);
  EXPECT_TRUE(std::ranges::any_of(
      changes, [](const Changed& changed) { return changed.domain == "b.example" && changed.order; }));
}

TEST_F(EdgeSourceTest, WaitsForAChange) {
  const std::int64_t before = position();
  std::thread later([&] { bound_chain("a.example"); });
  std::int64_t after = before;
  std::vector<Changed> seen;
  while (seen.empty()) {
    const auto changes = source.changes(after, std::chrono::seconds(60));
    ASSERT_TRUE(changes);
    after = changes->position;
    std::ranges::copy(changes->domains, std::back_inserter(seen));
  }
  later.join();
  EXPECT_EQ(seen.front().domain, "a.example");
}

TEST_F(EdgeSourceTest, EachOpeningOfAKeyIsAudited) {
  bound_chain("a.example");
  const Order order = all().front();
  ASSERT_TRUE(service.audit_book().flush());
  for (const auto use : {edge::KeyUse::kDelivery, edge::KeyUse::kComparison, edge::KeyUse::kHandOut}) {
    ASSERT_TRUE(source.load(order, {"web", use}));
  }
  ASSERT_TRUE(source.load_chain(order.version)) << "opens no key";
  ASSERT_TRUE(service.audit_book().flush());
  store::AuditFilter filter;
  filter.kind = audit::kOpening;
  filter.subject = order.chain.to_string();
  const auto opened = service.store().ask(&store::Snapshot::audit, filter, 100);
  ASSERT_TRUE(opened);
  std::vector<std::string> reasons;
  for (const store::AuditRecord& record : *opened) {
    if (record.action == "BindCert") continue;
    reasons.push_back(record.action);
    EXPECT_EQ(record.detail, "version " + order.version.to_string() + ", for the edge web");
    EXPECT_EQ(record.account, order.account);
  }
  EXPECT_THAT(reasons, testing::UnorderedElementsAre("Deliver", "CompareFiles", "HandOut"));
}

TEST_F(EdgeSourceTest, OpensTheKeyOfAnOrder) {
  bound_chain("a.example");
  const auto bundle = source.load(all().front(), kDelivery);
  ASSERT_TRUE(bundle) << bundle.error().detail;
  EXPECT_THAT(bundle->certificates, SizeIs(2));
  EXPECT_TRUE(bundle->key.belongs_to(bundle->certificates.front()));
  const auto chain = source.load_chain(all().front().version);
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->front(), bundle->certificates.front());
}

TEST_F(EdgeSourceTest, AnOrderOfAnotherAccountDoesNotOpenAKey) {
  bound_chain("a.example");
  Order order = all().front();
  order.account = base::AccountId(order.account.number() + 1);
  EXPECT_FALSE(source.load(order, kDelivery));
}

TEST_F(EdgeSourceTest, AVersionThatIsGoneIsNotFound) {
  bound_chain("a.example");
  Order order = all().front();
  order.version = base::CertId(12345);
  ASSERT_FALSE(source.load(order, kDelivery));
  EXPECT_EQ(source.load(order, kDelivery).error().code, base::ErrorCode::kNotFound);
  EXPECT_EQ(source.load_chain(order.version).error().code, base::ErrorCode::kNotFound);
}

TEST_F(EdgeSourceTest, KeepsReceiptsWithoutTouchingAuditOrChanges) {
  bound_chain("a.example");
  const Order order = all().front();
  const std::int64_t before = position();
  domain::Receipt receipt{"web", std::string(order.domain), order.chain, order.version, service.clock().now()};
  ASSERT_TRUE(source.keep({receipt}));
  receipt.proved_at = service.clock().now();
  ASSERT_TRUE(source.keep({receipt}));
  EXPECT_THAT(*source.receipts("web"), ElementsAre(receipt));
  EXPECT_THAT(*source.receipts("other"), IsEmpty());
  EXPECT_EQ(position(), before);
  ASSERT_TRUE(source.forget("web", {"a.example"}));
  EXPECT_THAT(*source.receipts("web"), IsEmpty());
}

TEST_F(EdgeSourceTest, KnowsWhatAnEdgeShowedLastOfWhatIsToBeServed) {
  bound_chain("a.example");
  const Order order = all().front();
  domain::Receipt former{"web", std::string(order.domain), order.chain, base::CertId(7), service.clock().now()};
  former.shown_since = service.clock().now();
  former.valid_until = service.clock().now() + std::chrono::hours(1);
  domain::Receipt ordered{"web", std::string(order.domain), order.chain, order.version, service.clock().now()};
  domain::Receipt unbound{"web", "b.example", order.chain, order.version, service.clock().now()};
  unbound.shown_since = service.clock().now();
  ASSERT_TRUE(source.keep({former, ordered, unbound}));
  Order expected = order;
  expected.version = former.version;
  expected.ends_at = former.valid_until;
  EXPECT_THAT(*source.shown_at("web"), ElementsAre(expected));
  EXPECT_THAT(*source.shown_at("other"), IsEmpty());
  former.shown_until = service.clock().now();
  ordered.shown_since = service.clock().now();
  ASSERT_TRUE(source.keep({former, ordered}));
  const auto shown = source.shown_at("web");
  ASSERT_THAT(*shown, SizeIs(1));
  EXPECT_EQ(shown->front().version, order.version);
}

TEST_F(EdgeSourceTest, KeepsMoreReceiptsThanFitIntoOneCommand) {
  std::vector<domain::Receipt> receipts;
  for (int i = 0; i < 1000; ++i) {
    receipts.push_back({"web", "d" + std::to_string(i) + ".example", {}, base::CertId(i + 1), service.clock().now()});
  }
  ASSERT_TRUE(source.keep(receipts));
  EXPECT_THAT(*source.receipts("web"), SizeIs(1000));
}

}  // namespace
}  // namespace livecert
