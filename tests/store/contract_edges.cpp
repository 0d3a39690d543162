#include <algorithm>

#include "store/contract_suite.h"

namespace livecert::store::testing {
namespace {

using base::CertId;
using domain::DomainName;
using domain::Receipt;
using Names = std::vector<std::string>;
using std::chrono::seconds;

class EdgeContract : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    for (const std::uint64_t number : {1U, 2U}) ASSERT_EQ(submit(creation(number)).kind, OutcomeKind::kDone);
  }

  // A domain with a vhost of its own, bound to chain_id(number) unless that is 0.
  void add(const domain::DomainName& name, std::uint64_t number) {
    CreateDomains::New made{live_domain(name), std::nullopt};
    made.domain.vhost = domain::default_vhost(name);
    if (number != 0) made.bind = bind_of(number, name, {std::string(name)});
    ASSERT_EQ(submit(CreateDomains{{made}}).kind, OutcomeKind::kDone);
  }
  static Receipt receipt(const std::string& edge, const std::string& domain, std::uint64_t number) {
    return {edge, domain, chain_id(number), CertId(static_cast<std::int64_t>(number)), kNow};
  }
  OutcomeKind keep(std::vector<Receipt> receipts) { return submit(KeepReceipts{std::move(receipts)}).kind; }
  std::vector<Receipt> receipts(const ReceiptFilter& filter = {}) {
    return read(store->ask(&Snapshot::list_receipts, filter));
  }
  void expect_no_trace_since(std::size_t audit, std::int64_t position) {
    EXPECT_EQ(audit_size(), audit);
    EXPECT_EQ(read(store->ask(&Snapshot::last_change)), position);
    EXPECT_FALSE(read(store->wait_for_change(position, std::chrono::milliseconds(0))));
  }
};

Names names(const std::vector<BoundDomain>& domains) {
  Names names;
  for (const BoundDomain& domain : domains) names.emplace_back(domain.name);
  return names;
}

class BoundContract : public EdgeContract {};

TEST_P(BoundContract, ABoundDomainIsReadWhole) {
  add("a.example.net", 0);
  Bind bind = bind_of(1, "a.example.net", {"*.example.net"});
  bind.tls = {true, true, domain::TlsVersion::k11, domain::TlsVersion::k13};
  ASSERT_EQ(submit(bind).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(SetDomainStatus{"a.example.net", domain::DomainStatus::kDisabled}).kind, OutcomeKind::kDone);
  reopen();
  const auto found = read(store->ask(&Snapshot::find_bound, "a.example.net"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "a.example.net");
  EXPECT_EQ(found->account, kRoot);
  EXPECT_EQ(found->project, "default");
  EXPECT_EQ(found->status, domain::DomainStatus::kDisabled);
  EXPECT_EQ(found->binding, read(store->ask(&Snapshot::find_domain, "a.example.net"))->binding);
  EXPECT_EQ(found->binding.tls, bind.tls);
  EXPECT_EQ(found->version, CertId(1));
  EXPECT_EQ(found->ends_at, content(1).not_after);
  EXPECT_EQ(read(store->ask(&Snapshot::list_bound, {}, 10)).domains, std::vector{*found});
  EXPECT_EQ(read(store->ask(&Snapshot::find_bound_to, chain_id(1))), std::vector{*found});
}

TEST_P(BoundContract, AnUpdateIsSeenAtOnce) {
  add("a.example.net", 1);
  PutVersion next = update(chain_id(1), 10);
  next.dns_names = {"a.example.net"};
  next.content.not_after = kNow + std::chrono::days(500);
  ASSERT_EQ(submit(next).kind, OutcomeKind::kDone);
  EXPECT_EQ(read(store->ask(&Snapshot::find_bound, "a.example.net"))->version, CertId(10));
  EXPECT_EQ(read(store->ask(&Snapshot::find_bound_to, chain_id(1))).at(0).ends_at, next.content.not_after);
}

TEST_P(BoundContract, OnlyWhatIsBoundIsListed) {
  add("a.example.net", 1);
  add("b.example.net", 0);
  EXPECT_FALSE(read(store->ask(&Snapshot::find_bound, "b.example.net")));
  EXPECT_FALSE(read(store->ask(&Snapshot::find_bound, "nobody.example.net")));
  EXPECT_EQ(names(read(store->ask(&Snapshot::list_bound, {}, 10)).domains), Names{"a.example.net"});
  EXPECT_TRUE(read(store->ask(&Snapshot::find_bound_to, chain_id(2))).empty());
  EXPECT_TRUE(read(store->ask(&Snapshot::find_bound_to, chain_id(99))).empty());
  ASSERT_EQ(submit(Unbind{"a.example.net"}).kind, OutcomeKind::kDone);
  EXPECT_FALSE(read(store->ask(&Snapshot::find_bound, "a.example.net")));
  EXPECT_TRUE(read(store->ask(&Snapshot::list_bound, {}, 10)).domains.empty());
  EXPECT_TRUE(read(store->ask(&Snapshot::find_bound_to, chain_id(1))).empty());
}

TEST_P(BoundContract, ThoseOfAChainComeInTheOrderTheyWereBound) {
  for (const DomainName& name : std::vector<DomainName>{"c.example.net", "a.example.net", "b.example.net"})
    add(name, 1);
  add("d.example.net", 2);
  Context later = context;
  later.at = kNow + seconds(1);
  Bind again = bind_of(1, "c.example.net", {"c.example.net"});
  again.tls.http2 = true;
  ASSERT_EQ(store->submit(later, again).wait().kind, OutcomeKind::kDone);
  EXPECT_EQ(names(read(store->ask(&Snapshot::find_bound_to, chain_id(1)))),
            (Names{"a.example.net", "b.example.net", "c.example.net"}));
}

TEST_P(BoundContract, PagesFollowEachOtherWhileDomainsComeAndGo) {
  for (const DomainName& name : std::vector<DomainName>{"a.example.net", "b.example.net", "c.example.net"})
    add(name, 1);
  const Context other = context_of(kOther);
  PutVersion theirs = creation(3);
  ASSERT_EQ(store->submit(other, theirs).wait().kind, OutcomeKind::kDone);
  Bind bind = bind_of(3, "d.example.net", {"d.example.net"});
  bind.register_domain = true;
  ASSERT_EQ(store->submit(other, bind).wait().kind, OutcomeKind::kDone);

  const BoundPage first = read(store->ask(&Snapshot::list_bound, {}, 2));
  EXPECT_EQ(names(first.domains), (Names{"a.example.net", "b.example.net"}));
  ASSERT_TRUE(first.next);
  ASSERT_EQ(submit(DeleteDomain{"b.example.net"}).kind, OutcomeKind::kDone);
  add("e.example.net", 2);
  const BoundPage second = read(store->ask(&Snapshot::list_bound, *first.next, 2));
  EXPECT_EQ(names(second.domains), (Names{"c.example.net", "d.example.net"})) << "of all accounts";
  EXPECT_EQ(second.domains[1].account, kOther);
  ASSERT_TRUE(second.next);
  const BoundPage third = read(store->ask(&Snapshot::list_bound, *second.next, 1));
  EXPECT_EQ(names(third.domains), Names{"e.example.net"});
  EXPECT_FALSE(third.next);
  EXPECT_FALSE(read(store->ask(&Snapshot::list_bound, {}, 4)).next) << "a page that ends the list says so";
  EXPECT_EQ(read(store->ask(&Snapshot::list_bound, {}, std::numeric_limits<std::int64_t>::max())).domains.size(), 4U);
}

TEST_P(BoundContract, ListsFirstWhatEndsSoonest) {
  for (const auto& [number, days] : {std::pair(11U, 20), std::pair(12U, 10)}) {
    PutVersion command = creation(number);
    command.content.not_after = kNow + std::chrono::days(days);
    ASSERT_EQ(submit(command).kind, OutcomeKind::kDone);
  }
  for (const DomainName& name : std::vector<DomainName>{"a.example.net", "c.example.net"}) add(name, 11);
  add("b.example.net", 12);
  EXPECT_EQ(names(read(store->ask(&Snapshot::list_bound_by_end, 10))),
            (Names{"b.example.net", "a.example.net", "c.example.net"}));
  EXPECT_EQ(names(read(store->ask(&Snapshot::list_bound_by_end, 1))), Names{"b.example.net"});
}

TEST_P(EdgeContract, AnEdgeIsPutReplacedAndDeleted) {
  ASSERT_EQ(submit(PutEdge{"b", "one"}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(PutEdge{"a", ""}).kind, OutcomeKind::kDone);
  const std::size_t before = audit_size();
  EXPECT_EQ(submit(PutEdge{"b", "one"}).kind, OutcomeKind::kConverged);
  const Outcome absent = submit(DeleteEdge{"c"});
  EXPECT_EQ(absent.reason(), domain::Reason::kAbsent);
  EXPECT_EQ(absent.subject(), domain::Subject::kEdge);
  EXPECT_EQ(audit_size(), before);

  ASSERT_EQ(submit(PutEdge{"b", "two"}).kind, OutcomeKind::kDone);
  EXPECT_EQ(audit_size(), before + 1);
  EXPECT_EQ(read(store->ask(&Snapshot::audit, AuditFilter{}, 1'000)).back().subject, "b");
  const Change change = read(store->ask(&Snapshot::changes, 0, 1'000)).back();
  EXPECT_EQ(change.kind, domain::ChangeKind::kEdge);
  EXPECT_EQ(change.account, kRoot);
  EXPECT_EQ(change.subject, "b");
  reopen();
  const auto edges = read(store->ask(&Snapshot::list_edges));
  ASSERT_EQ(edges.size(), 2U);
  EXPECT_EQ(edges[0].name, "a");
  EXPECT_EQ(edges[0].definition, "");
  EXPECT_EQ(edges[1].name, "b");
  EXPECT_EQ(edges[1].definition, "two");

  ASSERT_EQ(submit(DeleteEdge{"b"}).kind, OutcomeKind::kDone);
  EXPECT_EQ(read(store->ask(&Snapshot::changes, 0, 1'000)).back().kind, domain::ChangeKind::kEdge);
  EXPECT_EQ(read(store->ask(&Snapshot::list_edges)).size(), 1U);
  EXPECT_EQ(submit(DeleteEdge{"b"}).reason(), domain::Reason::kAbsent);
}

TEST_P(EdgeContract, ReceiptsAreStoredWholeAndSurvive) {
  Receipt full = receipt("nginx", "a.example.net", 1);
  full.written_at = kNow + seconds(1);
  full.acknowledged_at = kNow + seconds(2);
  full.proved_at = kNow + seconds(3);
  full.attempts = 7;
  full.failure = "connection refused";
  full.phase = domain::DeliveryPhase::kHeld;
  full.shown_since = kNow + seconds(4);
  full.last_seen = kNow + seconds(5);
  full.shown_until = kNow + seconds(6);
  full.seen_by = domain::Evidence::kHandshake;
  full.failing_since = kNow + seconds(7);
  full.next_try = kNow + seconds(8);
  full.is_final = true;
  full.valid_until = kNow + seconds(9);
  full.epoch = "nginx 127.0.0.1:443";
  const Receipt wanted = receipt("nginx", "b.example.net", 1);
  ASSERT_EQ(keep({full, wanted}), OutcomeKind::kDone);
  reopen();
  EXPECT_EQ(receipts(), (std::vector{full, wanted}));

  Receipt failed = receipt("nginx", "a.example.net", 1);
  failed.attempts = 8;
  EXPECT_EQ(keep({failed}), OutcomeKind::kDone);
  EXPECT_EQ(keep({failed, wanted}), OutcomeKind::kConverged);
  EXPECT_EQ(receipts(), (std::vector{failed, wanted})) << "in place of the former, times that went away included";
  EXPECT_EQ(keep({}), OutcomeKind::kConverged);
}

TEST_P(EdgeContract, ReceiptsAreFoundByEveryPartOfTheirName) {
  ASSERT_EQ(submit(update(chain_id(1), 10)).kind, OutcomeKind::kDone);
  const Receipt a1 = receipt("one", "a.example.net", 1);
  Receipt a10 = receipt("one", "a.example.net", 10);
  a10.chain = chain_id(1);
  const Receipt a2 = receipt("two", "a.example.net", 2);
  const Receipt b1 = receipt("one", "b.example.net", 1);
  ASSERT_EQ(keep({b1, a2, a1, a10}), OutcomeKind::kDone);
  EXPECT_EQ(receipts(), (std::vector{a10, a1, a2, b1})) << "by domain, edge, newest version";
  EXPECT_EQ(receipts({.edge = "one"}), (std::vector{a10, a1, b1}));
  EXPECT_EQ(receipts({.domain = "a.example.net"}), (std::vector{a10, a1, a2}));
  EXPECT_EQ(receipts({.chain = chain_id(1)}), (std::vector{a10, a1, b1}));
  EXPECT_EQ(receipts({.version = CertId(1)}), (std::vector{a1, b1}));
  EXPECT_EQ(receipts({.edge = "one", .domain = "a.example.net", .version = CertId(10)}), std::vector{a10});
  EXPECT_TRUE(receipts({.edge = "One"}).empty());
  EXPECT_TRUE(receipts({.chain = chain_id(99)}).empty());
}

TEST_P(EdgeContract, ReceiptsOfVersionsThatAreGoneGoWhenTheirDomainGetsAnother) {
  const Receipt old = receipt("one", "a.example.net", 1);
  const Receipt elsewhere = receipt("two", "a.example.net", 1);
  const Receipt neighbour = receipt("one", "b.example.net", 1);
  const Receipt standing = receipt("one", "a.example.net", 2);
  ASSERT_EQ(keep({old, elsewhere, neighbour, standing}), OutcomeKind::kDone);
  PutVersion next = update(chain_id(1), 10);
  next.keep_versions = 1;
  ASSERT_EQ(submit(next).kind, OutcomeKind::kDone);
  EXPECT_EQ(receipts().size(), 4U) << "a receipt outlives its version";
  Receipt current = receipt("one", "a.example.net", 10);
  current.chain = chain_id(1);
  ASSERT_EQ(keep({current}), OutcomeKind::kDone);
  EXPECT_EQ(receipts(), (std::vector{current, standing, elsewhere, neighbour}));
}

TEST_P(EdgeContract, WhatIsKeptNowStaysThoughItsVersionIsGone) {
  const Receipt of_nothing = receipt("one", "a.example.net", 77);
  const Receipt of_nothing_too = receipt("one", "a.example.net", 78);
  ASSERT_EQ(keep({of_nothing, of_nothing_too}), OutcomeKind::kDone);
  EXPECT_EQ(receipts().size(), 2U);
  ASSERT_EQ(keep({of_nothing}), OutcomeKind::kDone) << "the other one is forgotten along the way";
  EXPECT_EQ(receipts(), std::vector{of_nothing});
}

// Law 11.
TEST_P(EdgeContract, AnOrderBeginsTheReceiptsOfItsVersionAnew) {
  add("a.example.net", 1);
  add("b.example.net", 1);
  Receipt shown = receipt("web", "a.example.net", 1);
  shown.written_at = shown.acknowledged_at = shown.proved_at = shown.shown_since = kNow;
  shown.failing_since = shown.next_try = kNow;
  shown.phase = domain::DeliveryPhase::kHeld;
  Receipt other = shown;
  other.domain = "b.example.net";
  keep({shown, other});
  Bind stricter = bind_of(1, "a.example.net", {"a.example.net"});
  stricter.tls.min_version = domain::TlsVersion::k13;
  ASSERT_EQ(submit(stricter).kind, OutcomeKind::kDone);
  const auto all = receipts();
  ASSERT_EQ(all.size(), 2U);
  Receipt begun = receipt("web", "a.example.net", 1);
  begun.phase = domain::DeliveryPhase::kWaiting;
  begun.shown_since = kNow;
  EXPECT_EQ(all.at(0), begun) << "what was seen stays true, what was proved of the order does not";
  EXPECT_EQ(all.at(1), other) << "nothing changed for it";
}

TEST_P(EdgeContract, ReceiptsAreForgottenByEdgeAndDomain) {
  const Receipt a1 = receipt("one", "a.example.net", 1);
  const Receipt a2 = receipt("one", "a.example.net", 2);
  const Receipt b1 = receipt("one", "b.example.net", 1);
  const Receipt c1 = receipt("one", "c.example.net", 1);
  const Receipt other = receipt("two", "a.example.net", 1);
  ASSERT_EQ(keep({a1, a2, b1, c1, other}), OutcomeKind::kDone);
  ASSERT_EQ(submit(ForgetReceipts{"one", {"a.example.net", "c.example.net"}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(receipts(), (std::vector{other, b1}));
  EXPECT_EQ(submit(ForgetReceipts{"one", {"a.example.net"}}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(submit(ForgetReceipts{"one", {}}).kind, OutcomeKind::kConverged);
}

TEST_P(EdgeContract, ReceiptsLeaveNoTraceInAuditAndChanges) {
  const std::size_t audit = audit_size();
  const std::int64_t position = read(store->ask(&Snapshot::last_change));
  ASSERT_EQ(keep({receipt("one", "a.example.net", 1)}), OutcomeKind::kDone);
  expect_no_trace_since(audit, position);
  ASSERT_EQ(submit(ForgetReceipts{"one", {"a.example.net"}}).kind, OutcomeKind::kDone);
  expect_no_trace_since(audit, position);
}

TEST_P(EdgeContract, ReceiptsTellUntilWhenAllOfTheirEdgeWereSeen) {
  const std::string epoch = "2 combined 127.0.0.1:443\n/srv/edge \n";
  Receipt shown = receipt("one", "a.example.net", 1);
  shown.shown_since = shown.last_seen = kNow;
  shown.seen_by = domain::Evidence::kHandshake;
  shown.epoch = epoch;
  Receipt other = shown;
  other.edge = "two";
  Receipt elsewhere = shown;
  elsewhere.domain = "b.example.net";
  elsewhere.epoch = "2 combined 127.0.0.1:444\n/srv/edge \n";
  Receipt waiting = receipt("one", "c.example.net", 1);
  waiting.epoch = epoch;
  ASSERT_EQ(keep({shown, other, elsewhere, waiting}), OutcomeKind::kDone);
  const std::size_t audit = audit_size();
  const std::int64_t position = read(store->ask(&Snapshot::last_change));
  const auto seen = [&](std::int64_t after) { return domain::EdgeSeen{"one", epoch, kNow + seconds(after)}; };
  ASSERT_EQ(submit(KeepSeen{{seen(60), {"three", epoch, kNow + seconds(1)}}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(KeepSeen{{seen(120)}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(KeepSeen{}).kind, OutcomeKind::kConverged);
  expect_no_trace_since(audit, position);
  reopen();
  shown.last_seen = kNow + seconds(120);
  EXPECT_EQ(receipts(), (std::vector{shown, other, elsewhere, waiting}));
  EXPECT_EQ(receipts({.chain = chain_id(1), .version = CertId(1)}).front(), shown);
  // The weakest evidence of all is told.
  domain::EdgeSeen unchanged = seen(180);
  unchanged.by = domain::Evidence::kUnchanged;
  ASSERT_EQ(submit(KeepSeen{{unchanged}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(receipts({.edge = "one"}).front().last_seen, kNow + seconds(180));
  EXPECT_EQ(receipts({.edge = "one"}).front().seen_by, domain::Evidence::kUnchanged);
  ASSERT_EQ(submit(PutEdge{"one", "name=one\n"}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(DeleteEdge{"one"}).kind, OutcomeKind::kDone);
  shown.last_seen = kNow;
  ASSERT_EQ(keep({shown}), OutcomeKind::kDone);
  EXPECT_EQ(receipts({.edge = "one"}), std::vector{shown}) << "what was known of a deleted edge is gone";
}

TEST_P(EdgeContract, ADeletedDomainAndChainLeaveTheirReceipts) {
  add("a.example.net", 1);
  const Receipt kept = receipt("one", "a.example.net", 1);
  ASSERT_EQ(keep({kept}), OutcomeKind::kDone);
  ASSERT_EQ(submit(DeleteDomain{"a.example.net"}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(DeleteChain{chain_id(1), std::nullopt}).kind, OutcomeKind::kDone);
  reopen();
  EXPECT_EQ(receipts({.chain = chain_id(1)}), std::vector{kept});
}

INSTANTIATE_TEST_SUITE_P(Adapters, BoundContract, ::testing::ValuesIn(adapters()), adapter_name);
INSTANTIATE_TEST_SUITE_P(Adapters, EdgeContract, ::testing::ValuesIn(adapters()), adapter_name);

}  // namespace
}  // namespace livecert::store::testing
