#include "edge/delivery/plan.h"

#include <algorithm>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/delivery/failure_log.h"

namespace livecert::edge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr base::AccountId kAccount(2100000001);
constexpr base::Time kStart{std::chrono::microseconds(1'790'000'000'000'000)};

base::ChainId chain_id(std::uint8_t number) {
  std::array<std::uint8_t, 16> bytes{};
  bytes.front() = number;
  return base::ChainId(bytes);
}

Order order(const std::string& domain, std::int64_t version, std::uint8_t chain = 1) {
  Order made;
  made.domain = domain::DomainName::parse(domain).value();
  made.account = kAccount;
  made.project = "default";
  made.chain = chain_id(chain);
  made.version = base::CertId(version);
  made.tls.https = true;
  return made;
}

// A plan with its own time; the test is the edges.
class Rig {
 public:
  explicit Rig(std::vector<Plan::Edge> edges, PlanOptions options = {})
      : count_(edges.size()), plan_(std::move(edges), options) {}

  void wait(milliseconds time) {
    now_ += time;
    steady_ += time;
  }
  // Begins with all edges, which know what remember() told. Returns the receipts to be kept.
  std::vector<domain::Receipt> begin(const std::vector<Order>& orders = {}) {
    std::vector<domain::Receipt> corrected;
    plan_.take_orders(orders, steady_);
    for (std::size_t edge = 0; edge < count_; ++edge) {
      for (auto& receipt : plan_.begin(edge, known_[edge], now_, steady_)) corrected.push_back(std::move(receipt));
    }
    return corrected;
  }
  void remember(std::size_t edge, const std::vector<domain::Receipt>& receipts) {
    known_[edge].insert(known_[edge].end(), receipts.begin(), receipts.end());
  }
  void order_now(const Order& order) { plan_.set(std::string(order.domain), order, now_, steady_); }
  void stop_serving(const std::string& domain) { plan_.set(domain, std::nullopt, now_, steady_); }
  std::vector<Task> take(std::size_t edge, std::size_t limit = 100) { return plan_.take(edge, limit, now_, steady_); }
  // The only task of an edge.
  Task take_one(std::size_t edge) {
    std::vector<Task> tasks = take(edge);
    EXPECT_THAT(tasks, SizeIs(1)) << "of edge " << edge;
    return tasks.empty() ? Task{} : tasks.front();
  }
  News finish(const Task& task, End end, const std::string& reason = "") {
    Finished finished{end, reason};
    const bool was_written =
        task.step == Step::kDeliver && (end == End::kProved || end == End::kNotYet || end == End::kUnreachable ||
                                        end == End::kWrongTls || end == End::kUnasked);
    if (was_written) finished.written_at = finished.acknowledged_at = now_;
    return plan_.finish(task, finished, now_, steady_);
  }
  // Does everything that is due at an edge, and shows it at once.
  std::vector<Task> let_prove(std::size_t edge) {
    std::vector<Task> all;
    for (std::vector<Task> tasks = take(edge); !tasks.empty(); tasks = take(edge)) {
      for (const Task& task : tasks) {
        finish(task, End::kProved);
        all.push_back(task);
      }
    }
    return all;
  }
  void look_again(const std::string& domain) { plan_.look_again(domain, steady_); }
  void sight(const Sighting& sighting) { plan_.note_sighting(0, sighting, now_, steady_); }
  Plan& plan() { return plan_; }
  base::Time now() const { return now_; }
  base::SteadyTime steady() const { return steady_; }

 private:
  std::size_t count_;
  std::map<std::size_t, std::vector<domain::Receipt>> known_;
  Plan plan_;
  base::Time now_ = kStart;
  base::SteadyTime steady_{std::chrono::hours(1)};
};

std::vector<Plan::Edge> edges(std::size_t count) {
  std::vector<Plan::Edge> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back({"e" + std::to_string(i), {}});
  return made;
}

Plan::Edge of_domain(const std::string& name, const std::string& pattern) {
  Plan::Edge edge{name, {}};
  edge.selection.domains = {pattern};
  return edge;
}

domain::Receipt proved_receipt(const std::string& edge, const Order& order, base::Time at = kStart) {
  domain::Receipt receipt{edge, std::string(order.domain), order.chain, order.version, at};
  receipt.written_at = receipt.acknowledged_at = receipt.proved_at = at;
  receipt.shown_since = receipt.last_seen = at;
  receipt.seen_by = domain::Evidence::kHandshake;
  receipt.phase = Phase::kGood;
  return receipt;
}

// With version 1 proved at every edge.
Rig settled(std::size_t count, PlanOptions options = {}) {
  Rig rig(edges(count), options);
  rig.begin();
  rig.order_now(order("a.example.net", 1));
  for (std::size_t edge = 0; edge < count; ++edge) rig.let_prove(edge);
  return rig;
}

TEST(Plan, HasNothingToDoWithoutOrders) {
  Rig rig(edges(2));
  rig.begin();
  EXPECT_THAT(rig.take(0), IsEmpty());
  EXPECT_EQ(rig.plan().due(0), std::nullopt);
}

TEST(Plan, GivesAnEdgeOnlyWhatItTakes) {
  Rig rig({of_domain("web", "*.example.net"), of_domain("other", "b.example.org")});
  rig.begin({order("a.example.net", 1), order("b.example.org", 2), order("c.example.com", 3)});
  EXPECT_EQ(rig.take_one(0).domain, "a.example.net");
  EXPECT_EQ(rig.take_one(1).domain, "b.example.org");
}

TEST(Plan, KeepsAReceiptBeforeAVersionIsWrittenForTheFirstTime) {
  Rig rig(edges(1));
  rig.begin();
  rig.order_now(order("a.example.net", 1));
  const Task first = rig.take_one(0);
  ASSERT_TRUE(first.first_receipt.has_value());
  EXPECT_EQ(first.first_receipt->domain, "a.example.net");
  EXPECT_EQ(first.first_receipt->written_at, std::nullopt);
  rig.finish(first, End::kProved);
  rig.order_now(order("a.example.net", 2));
  const Task next = rig.take_one(0);
  ASSERT_TRUE(next.first_receipt.has_value());
  EXPECT_EQ(next.first_receipt->version, base::CertId(2));
  EXPECT_EQ(next.first_receipt->phase, Phase::kDelivering);
  rig.finish(next, End::kProved);
  rig.wait(seconds(30));
  rig.finish(rig.take_one(0), End::kNotServed, "somebody else's");
  const Task repair = rig.take_one(0);
  EXPECT_EQ(repair.step, Step::kDeliver);
  EXPECT_EQ(repair.first_receipt, std::nullopt) << "the store knows of it";
}

TEST(Plan, KeepsAReceiptOfASecondChanceToo) {
  Rig rig = settled(1);
  rig.order_now(order("a.example.net", 2));
  rig.finish(rig.take_one(0), End::kRefused, "no");
  rig.let_prove(0);
  rig.wait(seconds(34));
  const Task again = rig.take_one(0);
  EXPECT_EQ(again.step, Step::kDeliver);
  EXPECT_EQ(again.order.version, base::CertId(2));
  ASSERT_TRUE(again.first_receipt.has_value()) << "it was kept as held";
  EXPECT_EQ(again.first_receipt->phase, Phase::kDelivering);
}

TEST(Plan, TellsTheWholeWayInTheReceipt) {
  Rig rig(edges(1));
  rig.begin();
  rig.order_now(order("a.example.net", 1));
  rig.wait(milliseconds(5));
  const News news = rig.finish(rig.take_one(0), End::kProved);
  ASSERT_THAT(news.receipts, SizeIs(1));
  const domain::Receipt& receipt = news.receipts.front();
  EXPECT_EQ(receipt.edge, "e0");
  EXPECT_EQ(receipt.version, base::CertId(1));
  EXPECT_EQ(receipt.wanted_at, kStart);
  EXPECT_EQ(receipt.written_at, rig.now());
  EXPECT_EQ(receipt.proved_at, rig.now());
  ASSERT_THAT(news.events, SizeIs(1));
  EXPECT_EQ(news.events.front().took, milliseconds(5));
}

TEST(Plan, TellsOnceWhenAnEdgeThatCannotBeAskedTookAVersion) {
  std::vector<Plan::Edge> made = edges(1);
  made.front().is_provable = false;
  Rig rig(made);
  rig.begin();
  rig.order_now(order("a.example.net", 1));
  rig.wait(milliseconds(5));
  const News news = rig.finish(rig.take_one(0), End::kProved);
  ASSERT_THAT(news.events, SizeIs(1));
  EXPECT_EQ(news.events.front().kind, Event::Kind::kProved);
  EXPECT_EQ(news.events.front().took, milliseconds(5));
  rig.wait(std::chrono::hours(1));
  for (const Task& task : rig.take(0)) EXPECT_THAT(rig.finish(task, End::kProved).events, IsEmpty());
}

TEST(Plan, SendsANewVersionToTheFirstEdgeAndToTheOthersOnceItIsShownThere) {
  Rig rig = settled(3);
  rig.order_now(order("a.example.net", 2));
  EXPECT_THAT(rig.take(1), IsEmpty());
  EXPECT_THAT(rig.take(2), IsEmpty());
  const Task first = rig.take_one(0);
  EXPECT_EQ(first.step, Step::kDeliver);
  EXPECT_THAT(rig.take(1), IsEmpty());
  rig.finish(first, End::kProved);
  EXPECT_EQ(rig.take_one(1).order.version, base::CertId(2));
  EXPECT_EQ(rig.take_one(2).order.version, base::CertId(2));
}

TEST(Plan, PutsTheFormerVersionBackOnlyWhereTheNewOneIsRefused) {
  Rig rig = settled(3);
  rig.order_now(order("a.example.net", 2));
  rig.finish(rig.take_one(0), End::kProved);
  const Task at_third = rig.take_one(2);
  rig.let_prove(1);
  const News refused = rig.finish(at_third, End::kRefused, "no such cipher");
  EXPECT_EQ(refused.receipts.at(0).failure, "no such cipher");
  EXPECT_EQ(refused.receipts.at(0).version, base::CertId(2));
  EXPECT_THAT(rig.take(0), IsEmpty()) << "an edge that shows the order keeps it";
  EXPECT_THAT(rig.take(1), IsEmpty());
  const Task back = rig.take_one(2);
  EXPECT_EQ(back.step, Step::kDeliver);
  EXPECT_EQ(back.order.version, base::CertId(1));
  rig.wait(milliseconds(5));
  const News news = rig.finish(back, End::kProved);
  EXPECT_EQ(news.events.front().kind, Event::Kind::kPutBack);
  EXPECT_EQ(news.receipts.front().phase, Phase::kHeld);
  EXPECT_EQ(news.receipts.at(1).version, base::CertId(1));
  EXPECT_TRUE(news.receipts.at(1).is_shown());
  EXPECT_EQ(rig.plan().counts(0).proved, 1U);
}

// An edge that is watched, with so many domains that show version 1.
Rig watched(std::size_t count) {
  Rig rig(edges(1));
  std::vector<Order> orders;
  for (std::size_t i = 0; i < count; ++i) orders.push_back(order("d" + std::to_string(i) + ".example.net", 1));
  rig.begin(orders);
  rig.sight({.is_watched = true, .is_server_known = true});
  rig.let_prove(0);
  return rig;
}

// How often each domain is looked at in that time.
std::map<std::string, int> looks_in(Rig& rig, seconds time) {
  std::map<std::string, int> looks;
  const base::SteadyTime end = rig.steady() + time;
  while (rig.plan().due(0) && *rig.plan().due(0) <= end) {
    rig.wait(
        std::chrono::ceil<milliseconds>(std::max(*rig.plan().due(0) - rig.steady(), base::SteadyTime::duration(0))));
    for (const Task& task : rig.let_prove(0)) ++looks[task.domain];
  }
  return looks;
}

TEST(WatchedEdge, HasItsDomainsLookedAtInTurn) {
  Rig rig = watched(1000);
  int all = 0;
  const std::map<std::string, int> looks = looks_in(rig, seconds(1000));
  for (const auto& [domain, count] : looks) {
    EXPECT_GE(count, 7) << domain;
    all += count;
  }
  EXPECT_THAT(looks, SizeIs(1000));
  EXPECT_LT(all, 11'000) << "ten a second";
}

TEST(WatchedEdge, HasItsFewDomainsLookedAtEachInterval) {
  Rig rig = watched(10);
  for (const auto& [domain, count] : looks_in(rig, seconds(305))) EXPECT_EQ(count, 10) << domain;
}

TEST(WatchedEdge, HasADomainLookedAtOnceItsFilesAreTouched) {
  Rig rig = watched(1000);
  rig.wait(seconds(1));
  EXPECT_THAT(rig.take(0), IsEmpty());
  rig.sight({.is_watched = true, .is_server_known = true, .touched = {"d7.example.net", "not.ours.example"}});
  EXPECT_EQ(rig.take_one(0).domain, "d7.example.net");
}

TEST(WatchedEdge, HasADomainLookedAtOnceSomebodyAsks) {
  Rig rig = watched(1000);
  rig.wait(seconds(1));
  EXPECT_THAT(rig.take(0), IsEmpty());
  for (const char* domain : {"d7.example.net", "d7.example.net", "not.ours.example"}) rig.look_again(domain);
  const Task look = rig.take_one(0);
  EXPECT_EQ(look.domain, "d7.example.net");
  rig.look_again("d7.example.net");
  EXPECT_THAT(rig.take(0), IsEmpty()) << "the look is under way";
  rig.finish(look, End::kProved);
  EXPECT_THAT(rig.take(0), IsEmpty());
}

TEST(WatchedEdge, TriesAFailedDomainAgainAtOnceWhenSomebodyAsks) {
  Rig rig(edges(1));
  rig.begin({order("live.example.net", 1)});
  for (int i = 0; i < 8; ++i) {
    for (const Task& task : rig.take(0)) rig.finish(task, End::kRefused, "it is refused");
    rig.wait(seconds(1));
  }
  EXPECT_THAT(rig.take(0), IsEmpty()) << "the next try is far away";
  rig.look_again("live.example.net");
  EXPECT_EQ(rig.take_one(0).domain, "live.example.net");
}

TEST(WatchedEdge, IsSampledAtOnceAndLookedThroughSoonWhenItsServerHasChanged) {
  Rig rig = watched(2000);
  rig.wait(seconds(1));
  rig.sight({.is_watched = true, .is_server_known = true, .has_server_changed = true});
  const std::size_t at_once = rig.let_prove(0).size();
  EXPECT_GE(at_once, 200U);
  EXPECT_LE(at_once, 210U);
  EXPECT_EQ(looks_in(rig, seconds(19)).size() + at_once, 2000U);
}

TEST(WatchedEdge, IsLookedThroughAtOnceWhenOneShowsSomethingElse) {
  Rig rig = watched(1000);
  rig.wait(seconds(1));
  rig.sight({.is_watched = true, .touched = {"d7.example.net"}});
  rig.finish(rig.take_one(0), End::kNotServed);
  EXPECT_EQ(rig.let_prove(0).size(), 1000U);
  // What is found while that pause lasts is not lost.
  rig.sight({.is_watched = true, .touched = {"d8.example.net"}});
  rig.finish(rig.take_one(0), End::kNotServed);
  rig.let_prove(0);
  rig.wait(seconds(11));
  rig.sight({.is_watched = true});
  EXPECT_GE(rig.let_prove(0).size(), 200U);
}

TEST(WatchedEdge, SaysThatNothingHasChangedSinceTheLastHandshake) {
  Rig rig = watched(2000);
  const base::Time look = rig.now();
  const auto receipt = [&] { return rig.plan().receipts(0, "d7.example.net").front(); };
  EXPECT_EQ(receipt().seen_by, domain::Evidence::kHandshake);
  rig.wait(seconds(2));
  rig.sight({.is_watched = true, .is_server_known = true});
  EXPECT_EQ(receipt().seen_by, domain::Evidence::kUnchanged);
  EXPECT_EQ(receipt().last_seen, rig.now());
  // After the last sighting nobody knows, before the next handshake.
  rig.wait(seconds(2));
  rig.sight({.is_watched = true, .is_server_known = true, .touched = {"d7.example.net"}});
  EXPECT_EQ(receipt().seen_by, domain::Evidence::kUnchanged);
  EXPECT_EQ(receipt().last_seen, look + seconds(2));
  EXPECT_TRUE(receipt().is_shown());
  rig.finish(rig.take_one(0), End::kProved);
  rig.wait(seconds(2));
  rig.sight({.is_watched = true, .is_server_known = false});
  EXPECT_EQ(receipt().seen_by, domain::Evidence::kHandshake) << "which server it is, nobody knows";
  rig.sight({.is_watched = true, .is_server_known = true});
  EXPECT_EQ(receipt().seen_by, domain::Evidence::kUnchanged);
}

TEST(Plan, AllIsSeenUntilTheDomainThatWasSeenLongestAgo) {
  Rig rig(edges(1));
  EXPECT_EQ(rig.plan().seen(0), std::nullopt);
  rig.begin({order("a.example.net", 1), order("b.example.net", 2)});
  EXPECT_EQ(rig.plan().seen(0), std::nullopt) << "nothing is shown";
  std::vector<Task> tasks = rig.take(0);
  ASSERT_THAT(tasks, SizeIs(2));
  const base::Time first = rig.now();
  rig.finish(tasks.at(0), End::kProved);
  rig.wait(seconds(5));
  rig.finish(tasks.at(1), End::kProved);
  EXPECT_EQ(rig.plan().seen(0), (domain::EdgeSeen{"e0", "", first, domain::Evidence::kHandshake}));
  // An order in between does not take back what was seen.
  rig.sight({.is_watched = true, .is_server_known = true});
  const base::Time watched = rig.now();
  const domain::EdgeSeen unchanged{"e0", "", watched, domain::Evidence::kUnchanged};
  EXPECT_EQ(rig.plan().seen(0), unchanged);
  rig.wait(seconds(5));
  rig.order_now(order("a.example.net", 3));
  EXPECT_EQ(rig.plan().seen(0), unchanged);
  const Task placed = rig.take_one(0);
  rig.finish(placed, End::kNotYet);
  rig.sight({.is_watched = true, .is_server_known = true});
  EXPECT_EQ(rig.plan().seen(0)->at, rig.now()) << "version 1 is not shown any more, and says nothing";
  rig.wait(seconds(5));
  rig.sight({.is_watched = true, .is_server_known = true, .touched = {"b.example.net"}});
  EXPECT_EQ(rig.plan().seen(0)->at, rig.now() - seconds(5)) << "until the last time at which it was unchanged";
}

TEST(Plan, NothingIsSeenWhileAnEdgeIsLost) {
  Rig rig = settled(1);
  rig.sight({.is_watched = true, .is_server_known = true});
  ASSERT_TRUE(rig.plan().seen(0));
  rig.wait(seconds(30));
  rig.finish(rig.take_one(0), End::kUnreachable, "connection refused");
  rig.sight({.is_watched = true, .is_server_known = true});
  EXPECT_EQ(rig.plan().seen(0), std::nullopt);
}

TEST(Plan, OfWhatACrashLeftOneReceiptOfADomainClaimsToBeShown) {
  Rig rig(edges(1));
  std::vector<domain::Receipt> rows;
  for (const std::int64_t version : {3, 2, 1}) {
    rows.push_back(proved_receipt("e0", order("a.example.net", version), kStart + seconds(version)));
  }
  rows.push_back(proved_receipt("e0", order("b.example.net", 1)));
  std::vector<domain::Receipt> corrected{rows.at(1), rows.at(2)};
  for (domain::Receipt& receipt : corrected) receipt.shown_until = receipt.last_seen;
  rig.remember(0, rows);
  EXPECT_EQ(rig.begin(), corrected);
}

TEST(Receipt, IsToldWhatIsKnownOfItsEdge) {
  const domain::EdgeSeen seen{"e0", "epoch", kStart + seconds(60), domain::Evidence::kUnchanged};
  domain::Receipt shown = proved_receipt("e0", order("a.example.net", 1));
  shown.epoch = "epoch";
  domain::Receipt told = shown;
  domain::note_seen(told, seen);
  EXPECT_EQ(told.last_seen, seen.at);
  EXPECT_EQ(told.seen_by, domain::Evidence::kUnchanged);
  EXPECT_EQ(told.shown_since, shown.shown_since);
  const auto stays = [&](auto&& change) {
    domain::Receipt other = shown;
    change(other);
    domain::Receipt after = other;
    domain::note_seen(after, seen);
    return after == other;
  };
  EXPECT_TRUE(stays([](domain::Receipt& other) { other.edge = "e1"; }));
  EXPECT_TRUE(stays([](domain::Receipt& other) { other.epoch = "another"; }));
  EXPECT_TRUE(stays([](domain::Receipt& other) { other.shown_since.reset(); }));
  EXPECT_TRUE(stays([](domain::Receipt& other) { other.shown_until = kStart + seconds(1); }));
  EXPECT_TRUE(stays([](domain::Receipt& other) { other.last_seen = kStart + seconds(61); }));
  EXPECT_TRUE(stays([](domain::Receipt& other) { other.shown_since = kStart + seconds(61); }));
}

TEST(Plan, AnEdgeThatIsReplacedDisturbsNoOther) {
  Rig rig = settled(3);
  Plan& plan = rig.plan();
  plan.remove(1, rig.steady());
  EXPECT_THAT(rig.take(0), IsEmpty());
  EXPECT_THAT(rig.take(2), IsEmpty()) << "no first round";
  // It is not waited for, and gets nothing before it has begun.
  rig.order_now(order("a.example.net", 2));
  EXPECT_EQ(rig.let_prove(0).back().order.version, base::CertId(2));
  EXPECT_EQ(rig.let_prove(2).back().order.version, base::CertId(2));
  const std::size_t added = plan.add({"e1", {}});
  EXPECT_EQ(added, 1U) << "a free number is used again";
  plan.arrange({added, 0, 2});
  rig.order_now(order("b.example.net", 3));
  EXPECT_THAT(rig.take(added), IsEmpty());
  const domain::Receipt known = proved_receipt("e1", order("a.example.net", 1));
  EXPECT_THAT(plan.begin(added, {known}, rig.now(), rig.steady()), IsEmpty());
  const std::vector<Task> tasks = rig.take(added);
  ASSERT_THAT(tasks, SizeIs(2)) << "it has both orders";
  EXPECT_THAT(tasks, testing::Each(testing::Field(&Task::step, Step::kCheck)));
  // It shows version 1 as its receipt says, and version 2 is shown elsewhere.
  for (const Task& task : tasks) rig.finish(task, End::kProved);
  EXPECT_EQ(rig.let_prove(added).front().order.version, base::CertId(2));
}

TEST(Plan, TheOrderOfTheListSaysWhichEdgeIsTheCanary) {
  Rig rig = settled(3);
  rig.plan().arrange({2, 0, 1});
  rig.order_now(order("a.example.net", 2));
  EXPECT_THAT(rig.take(0), IsEmpty());
  EXPECT_THAT(rig.take(1), IsEmpty());
  EXPECT_EQ(rig.take_one(2).order.version, base::CertId(2));
}

// The four ways in which an added edge took good versions from the others.
class AddedEdge : public ::testing::TestWithParam<End> {};

TEST_P(AddedEdge, FailsAlone) {
  Rig rig(edges(2));
  rig.remember(0, {proved_receipt("e0", order("a.example.net", 1))});
  rig.begin({order("a.example.net", 1)});
  rig.let_prove(0);
  for (const std::int64_t version : {1, 2, 3}) {
    rig.order_now(order("a.example.net", version));
    rig.let_prove(0);
    for (int looks = 0; looks < 100; ++looks) {
      for (const Task& task : rig.take(1)) {
        EXPECT_EQ(task.order.version, base::CertId(version));
        rig.finish(task, task.step == Step::kCheck ? End::kNotServed : GetParam(), "it does not know the name");
      }
      for (const Task& task : rig.let_prove(0)) EXPECT_EQ(task.order.version, base::CertId(version));
      rig.wait(milliseconds(100));
    }
    EXPECT_EQ(rig.plan().counts(0).proved, 1U);
    EXPECT_EQ(rig.plan().counts(1).failing, 1U);
  }
}

INSTANTIATE_TEST_SUITE_P(Plan, AddedEdge,
                         ::testing::Values(End::kNotYet, End::kRefused, End::kUnreachable, End::kUnwritable));

TEST(Plan, GivesAChangeThatWasTakenUpTimeToShow) {
  Rig rig = settled(2);
  rig.order_now(order("a.example.net", 2));
  rig.finish(rig.take_one(0), End::kNotYet, "shows version 1");
  EXPECT_THAT(rig.take(0), IsEmpty());
  rig.wait(milliseconds(10));
  const Task again = rig.take_one(0);
  EXPECT_EQ(again.step, Step::kProve);
  const News news = rig.finish(again, End::kProved);
  EXPECT_EQ(news.receipts.front().failure, "");
  EXPECT_EQ(rig.take_one(1).order.version, base::CertId(2));
}

TEST(Plan, PutsBackAVersionThatIsNotShownInTime) {
  Rig rig = settled(2);
  rig.order_now(order("a.example.net", 2));
  Task task = rig.take_one(0);
  News news;
  while (task.order.version == base::CertId(2)) {
    news = rig.finish(task, End::kNotYet, "shows version 1");
    rig.wait(milliseconds(250));
    const std::vector<Task> tasks = rig.take(0);
    ASSERT_THAT(tasks, SizeIs(1));
    task = tasks.front();
  }
  EXPECT_EQ(news.receipts.front().failure, "shows version 1");
  EXPECT_EQ(news.receipts.front().attempts, 1);
  EXPECT_EQ(task.order.version, base::CertId(1));
}

TEST(Plan, TriesAVersionAgainWhereItFailed) {
  Rig rig = settled(3);
  rig.order_now(order("a.example.net", 2));
  rig.let_prove(0);
  rig.finish(rig.take_one(1), End::kRefused, "no");
  for (const std::size_t edge : {0U, 1U, 2U}) rig.let_prove(edge);
  rig.wait(seconds(34));
  rig.let_prove(1);
  rig.let_prove(0);
  rig.let_prove(2);
  for (const std::size_t edge : {0U, 1U, 2U}) EXPECT_EQ(rig.plan().counts(edge).proved, 1U) << edge;
}

TEST(Plan, HoldsAVersionBackOnlyWhileTwoEdgesRefuseIt) {
  Rig rig = settled(4);
  rig.order_now(order("a.example.net", 2));
  for (const std::size_t edge : {0U, 1U}) {
    rig.finish(rig.take_one(edge), End::kRefused, "no");
    rig.let_prove(edge);
  }
  rig.wait(seconds(20));
  EXPECT_THAT(rig.take(2), IsEmpty());
  EXPECT_THAT(rig.take(3), IsEmpty());
  EXPECT_EQ(rig.plan().receipts(2, "a.example.net").front().failure, "it is held back: it failed at e1: no");
  rig.wait(seconds(14));
  for (const Task& task : rig.take(0)) rig.finish(task, End::kProved);
  rig.let_prove(0);
  for (const std::size_t edge : {2U, 3U}) {
    const std::vector<Task> tasks = rig.let_prove(edge);
    EXPECT_EQ(tasks.back().order.version, base::CertId(2));
  }
}

TEST(Plan, AfterAVerdictTheNextEdgeIsTheCanary) {
  Rig rig = settled(3);
  rig.order_now(order("a.example.net", 2));
  rig.finish(rig.take_one(0), End::kRefused, "no");
  rig.let_prove(0);
  EXPECT_THAT(rig.take(2), IsEmpty());
  EXPECT_EQ(rig.take_one(1).order.version, base::CertId(2));
}

TEST(Plan, WhereNeitherVersionIsShownTheEdgeIsBadAndNotTheVersion) {
  Rig rig = settled(2);
  rig.order_now(order("a.example.net", 2));
  rig.finish(rig.take_one(0), End::kRefused, "no");
  rig.finish(rig.take_one(0), End::kRefused, "no");
  EXPECT_EQ(rig.plan().receipts(0, "a.example.net").front().phase, Phase::kBad);
  EXPECT_EQ(rig.take_one(1).order.version, base::CertId(2)) << "nobody waits for it";
}

TEST(Plan, OneDomainOfAnEdgeGoesFirst) {
  Rig rig(edges(1));
  const std::vector<std::string> domains{"a.example.net", "b.example.net", "c.example.net"};
  rig.begin();
  for (const std::string& domain : domains) rig.order_now(order(domain, 1));
  rig.let_prove(0);
  for (const std::string& domain : domains) rig.order_now(order(domain, 2));
  const Task first = rig.take_one(0);
  rig.finish(first, End::kProved);
  EXPECT_THAT(rig.take(0), SizeIs(2));
}

// A wildcard's renewal for three domains, one of which the edge shows from an old cache.
TEST(Plan, ADomainThatIsStuckDoesNotHoldTheOthersBack) {
  Rig rig(edges(1));
  const std::vector<std::string> domains{"a.example.net", "b.example.net", "c.example.net", "d.example.net"};
  rig.begin();
  for (const std::string& domain : domains) rig.order_now(order(domain, 1));
  rig.let_prove(0);
  for (const std::string& domain : domains) rig.order_now(order(domain, 2));
  const auto refuse = [&] {
    const Task task = rig.take_one(0);
    EXPECT_EQ(task.order.version, base::CertId(2));
    rig.finish(task, End::kRefused, "no");
    rig.finish(rig.take_one(0), End::kProved);  // the former version is put back, and shown
    EXPECT_EQ(rig.plan().receipts(0, task.domain).front().phase, Phase::kHeld);
    return task.domain;
  };
  const std::string stuck = refuse();
  const Task next = rig.take_one(0);
  EXPECT_NE(next.domain, stuck);
  rig.finish(next, End::kProved);
  EXPECT_THAT(rig.take(0), SizeIs(2)) << "the edge has shown it";
}

TEST(Plan, TwoDomainsThatRefuseAVersionHoldItBackFromTheRest) {
  Rig rig(edges(1));
  const std::vector<std::string> domains{"a.example.net", "b.example.net", "c.example.net"};
  rig.begin();
  for (const std::string& domain : domains) rig.order_now(order(domain, 1));
  rig.let_prove(0);
  for (const std::string& domain : domains) rig.order_now(order(domain, 2));
  for (int i = 0; i < 2; ++i) {
    rig.finish(rig.take_one(0), End::kRefused, "no");
    rig.finish(rig.take_one(0), End::kProved);
  }
  EXPECT_THAT(rig.take(0), IsEmpty());
  EXPECT_THAT(rig.plan().receipts(0, "c.example.net").front().failure, testing::HasSubstr("held back"));
}

TEST(Plan, WhatEndsSoonIsNotWaitedFor) {
  Rig rig(edges(2));
  rig.begin();
  Order ending = order("a.example.net", 1);
  ending.ends_at = kStart + std::chrono::hours(12);
  rig.order_now(ending);
  rig.let_prove(0);
  rig.let_prove(1);
  rig.order_now(order("a.example.net", 2));
  EXPECT_EQ(rig.take_one(1).order.version, base::CertId(2));
}

TEST(Plan, AnEdgeMayBeInTroubleBeforeAnythingIsBound) {
  Rig rig(edges(1));
  rig.begin();
  EXPECT_THAT(rig.plan().note_inspection(0, ""), IsEmpty());
  const auto events = rig.plan().note_inspection(0, "/srv/edge does not exist");
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events.front().kind, Event::Kind::kEdgeLost);
  EXPECT_EQ(rig.plan().counts(0).failure, "/srv/edge does not exist");
  EXPECT_THAT(rig.plan().note_inspection(0, "/srv/edge does not exist"), IsEmpty()) << "it is told once";
  ASSERT_THAT(rig.plan().note_inspection(0, ""), SizeIs(1));
  EXPECT_EQ(rig.plan().counts(0).failure, "");
}

TEST(Plan, ARetiredEdgeIsEmptiedAndGetsNothingAnyMore) {
  Rig rig = settled(2);
  EXPECT_EQ(rig.plan().retire(0, rig.steady()), 1U);
  const Task task = rig.take_one(0);
  EXPECT_EQ(task.step, Step::kWithdraw);
  rig.finish(task, End::kProved);
  EXPECT_EQ(rig.plan().retire(0, rig.steady()), 0U);
  rig.order_now(order("a.example.net", 2));
  rig.order_now(order("b.example.net", 3));
  EXPECT_THAT(rig.take(0), IsEmpty());
  EXPECT_THAT(rig.let_prove(1), SizeIs(2)) << "nobody waits for it";
}

TEST(Plan, WhatEndsWhileItIsServedIsToldAtOnceAndOnce) {
  Rig rig(edges(1));
  rig.begin();
  Order ending = order("a.example.net", 1);
  ending.ends_at = kStart + seconds(7);
  rig.order_now(ending);
  rig.let_prove(0);
  EXPECT_THAT(rig.plan().served(0, kStart + seconds(6)), IsEmpty());
  EXPECT_THAT(rig.plan().served(0, kStart + seconds(8)), SizeIs(1)) << "it ends within the time";
  EXPECT_EQ(rig.plan().counts(0).ended, 0U);
  const auto due = rig.plan().due(0);
  ASSERT_TRUE(due);
  EXPECT_LE(*due - rig.steady(), seconds(8)) << "it is looked at when it ends, not at the next round";
  rig.wait(std::chrono::duration_cast<milliseconds>(*due - rig.steady()) + milliseconds(1));
  const News news = rig.finish(rig.take_one(0), End::kProved);
  ASSERT_THAT(news.events, SizeIs(1));
  EXPECT_EQ(news.events.front().kind, Event::Kind::kEnded);
  EXPECT_EQ(news.events.front().domain, "a.example.net");
  EXPECT_EQ(rig.plan().counts(0).ended, 1U);
  EXPECT_EQ(rig.plan().counts(0).failing, 1U);
  EXPECT_EQ(rig.plan().counts(0).proved, 0U);
  EXPECT_THAT(rig.plan().counts(0).trouble.reason, testing::HasSubstr("it ended at "));
  EXPECT_THAT(rig.plan().receipts(0, "a.example.net").front().failure, testing::HasSubstr("clients refuse it"));
  rig.wait(seconds(31));
  EXPECT_THAT(rig.finish(rig.take_one(0), End::kProved).events, IsEmpty());

  Order renewed = order("a.example.net", 2);
  renewed.ends_at = kStart + std::chrono::hours(1000);
  rig.order_now(renewed);
  rig.let_prove(0);
  EXPECT_EQ(rig.plan().counts(0).ended, 0U);
  EXPECT_EQ(rig.plan().counts(0).failing, 0U);
}

TEST(Plan, TheFormerVersionThatIsServedMayEndToo) {
  Rig rig(edges(1));
  rig.begin();
  Order former = order("a.example.net", 1);
  former.ends_at = kStart + std::chrono::hours(1);
  rig.order_now(former);
  rig.let_prove(0);
  rig.order_now(order("a.example.net", 2));
  rig.finish(rig.take_one(0), End::kUnfit, "SRS reads RSA keys only");
  rig.finish(rig.take_one(0), End::kProved);
  EXPECT_THAT(rig.plan().served(0, kStart + std::chrono::hours(2)), SizeIs(1));
  rig.wait(std::chrono::hours(2));
  const News news = rig.finish(rig.take_one(0), End::kProved);
  EXPECT_THAT(news.events, testing::Contains(testing::Field(&Event::kind, Event::Kind::kEnded)));
  EXPECT_EQ(rig.plan().counts(0).ended, 1U);
}

TEST(Plan, WhatHasEndedReplacesNothingValid) {
  Rig rig = settled(1);
  Order ended = order("a.example.net", 2);
  ended.ends_at = kStart - std::chrono::hours(1);
  rig.order_now(ended);
  EXPECT_THAT(rig.take(0), IsEmpty());
  EXPECT_THAT(rig.plan().receipts(0, "a.example.net").front().failure, testing::HasSubstr("it has ended"));
}

TEST(Plan, AnotherServerUnderTheSameNameIsAskedNothing) {
  std::vector<Plan::Edge> made = edges(1);
  made.front().epoch = "another";
  Rig rig(made);
  rig.remember(0, {proved_receipt("e0", order("a.example.net", 1))});
  rig.begin({order("a.example.net", 2)});
  rig.finish(rig.take_one(0), End::kNotServed);
  rig.finish(rig.take_one(0), End::kRefused, "no");
  rig.wait(seconds(1));
  EXPECT_EQ(rig.take_one(0).order.version, base::CertId(2));
}

TEST(Plan, AReceiptEndsWithTheLookThatShowsSomethingElse) {
  Rig rig = settled(1);
  EXPECT_TRUE(rig.plan().receipts(0, "a.example.net").front().is_shown());
  rig.wait(seconds(30));
  const News news = rig.finish(rig.take_one(0), End::kNotServed, "somebody else's");
  EXPECT_EQ(news.receipts.front().shown_since, kStart);
  EXPECT_EQ(news.receipts.front().shown_until, rig.now());
}

TEST(Plan, TriesARefusedVersionEverMoreSeldomAndAtLeastHourly) {
  Rig rig = settled(1);
  rig.order_now(order("a.example.net", 2));
  std::vector<base::SteadyTime> tries;
  while (tries.size() < 12) {
    for (const Task& task : rig.take(0)) {
      const bool is_refused = task.order.version == base::CertId(2);
      if (is_refused) tries.push_back(rig.steady());
      rig.finish(task, is_refused ? End::kRefused : End::kProved, "no");
    }
    rig.wait(seconds(1));
  }
  // The pauses vary by a tenth.
  for (std::size_t i = 2; i < tries.size(); ++i) {
    EXPECT_GE((tries[i] - tries[i - 1]) * 5 / 4, tries[i - 1] - tries[i - 2]);
    EXPECT_LE(tries[i] - tries[i - 1], std::chrono::minutes(66) + seconds(2));
  }
  EXPECT_GE(tries[1] - tries[0], seconds(27));
}

TEST(Plan, ANewOrderEndsTheHoldingBackOfTheFormer) {
  Rig rig = settled(2);
  rig.order_now(order("a.example.net", 2));
  rig.finish(rig.take_one(0), End::kRefused, "no");
  rig.let_prove(0);
  rig.let_prove(1);
  rig.order_now(order("a.example.net", 3));
  const Task next = rig.take_one(0);
  EXPECT_EQ(next.step, Step::kDeliver);
  EXPECT_EQ(next.order.version, base::CertId(3));
}

TEST(Plan, WithoutPuttingBackEveryEdgeTriesByItself) {
  PlanOptions options;
  options.put_back = false;
  Rig rig = settled(2, options);
  rig.order_now(order("a.example.net", 2));
  rig.finish(rig.take_one(0), End::kRefused, "no");
  const Task other = rig.take_one(1);
  EXPECT_EQ(other.order.version, base::CertId(2));
  rig.finish(other, End::kProved);
  rig.wait(seconds(1));
  EXPECT_EQ(rig.take_one(0).order.version, base::CertId(2));
}

TEST(Plan, DoesNotWaitForAFirstEdgeThatIsDown) {
  Rig rig = settled(2);
  rig.order_now(order("a.example.net", 2));
  rig.finish(rig.take_one(0), End::kUnreachable, "connection refused");
  const Task other = rig.take_one(1);
  EXPECT_EQ(other.order.version, base::CertId(2));
  rig.finish(other, End::kProved);
  EXPECT_EQ(rig.plan().counts(1).proved, 1U);
  EXPECT_EQ(rig.plan().counts(0).failure, "connection refused");
}

TEST(Plan, AnEdgeThatIsDownHoldsNoVersionBack) {
  Rig rig = settled(2);
  rig.order_now(order("a.example.net", 2));
  rig.let_prove(0);
  rig.finish(rig.take_one(1), End::kUnreachable, "connection refused");
  for (int i = 0; i < 20; ++i) {
    rig.wait(seconds(2));
    for (const Task& task : rig.take(1)) rig.finish(task, End::kUnreachable, "connection refused");
    for (const Task& task : rig.let_prove(0)) EXPECT_EQ(task.order.version, base::CertId(2));
  }
  rig.wait(seconds(2));
  const Task back = rig.take_one(1);
  EXPECT_EQ(back.order.version, base::CertId(2));
}

TEST(Plan, AsksALostEdgeOneQuestionAtATimeAndLooksAtAllOnceItIsBack) {
  Rig rig(edges(1));
  std::vector<Order> orders;
  for (int i = 0; i < 50; ++i) orders.push_back(order("d" + std::to_string(i) + ".example.net", i + 1));
  rig.begin(orders);
  rig.let_prove(0);
  rig.wait(seconds(30));
  const std::vector<Task> looks = rig.take(0);
  ASSERT_THAT(looks, SizeIs(2));
  for (const Task& task : looks) rig.finish(task, End::kUnreachable, "connection refused");
  EXPECT_THAT(rig.take(0), IsEmpty()) << "a pause first";
  rig.wait(seconds(2));
  const Task question = rig.take_one(0);
  const News news = rig.finish(question, End::kProved);
  EXPECT_EQ(news.events.front().kind, Event::Kind::kEdgeBack);
  EXPECT_THAT(rig.let_prove(0), SizeIs(49)) << "it may have been restarted with anything";
}

TEST(Plan, AChangeGoesBeforeLookingAtAllAfterAnOutageAndBeforeAStart) {
  Rig rig(edges(1));
  std::vector<Order> orders;
  for (int i = 0; i < 100; ++i) orders.push_back(order("d" + std::to_string(i) + ".example.net", i + 1));
  rig.begin(orders);
  rig.order_now(order("new.example.net", 1000));
  EXPECT_EQ(rig.take(0, 4).front().domain, "new.example.net");
}

TEST(Plan, AChangeGoesBeforeTheRepairOfAFolder) {
  Rig rig(edges(1));
  std::vector<Order> orders;
  for (int i = 0; i < 100; ++i) orders.push_back(order("d" + std::to_string(i) + ".example.net", i + 1));
  rig.begin(orders);
  rig.let_prove(0);
  rig.wait(seconds(31));
  for (const Task& task : rig.take(0)) rig.finish(task, End::kNotServed, "wiped");
  rig.order_now(order("new.example.net", 1000));
  const std::vector<Task> tasks = rig.take(0, 40);
  EXPECT_EQ(tasks.at(0).domain, "new.example.net");
  EXPECT_EQ(tasks.at(1).step, Step::kDeliver) << "and repairing before looking";
}

TEST(Plan, OneDomainThatTheEdgeHangsOverDoesNotTakeTheOthersTime) {
  Rig rig(edges(1));
  rig.begin({order("bad.example.net", 1), order("good.example.net", 2)});
  rig.let_prove(0);
  int asked = 0;
  for (int i = 0; i < 3000; ++i) {
    for (const Task& task : rig.take(0)) {
      const bool is_bad = task.domain == "bad.example.net";
      asked += is_bad ? 1 : 0;
      rig.finish(task, is_bad ? End::kUnreachable : End::kProved, "no answer");
      if (is_bad) rig.wait(seconds(2));
    }
    rig.wait(milliseconds(100));
  }
  EXPECT_LT(asked, 30) << "in five minutes";
  EXPECT_EQ(rig.plan().counts(0).proved, 1U);
}

TEST(Plan, LooksForALostEdgeAtLeastEveryTwoSeconds) {
  Rig rig = settled(1);
  rig.wait(seconds(30));
  for (int i = 0; i < 20; ++i) {
    rig.finish(rig.take_one(0), End::kUnreachable, "connection refused");
    rig.wait(seconds(2));
  }
}

TEST(Plan, WritesToAnEdgeThatIsDownWithoutAskingIt) {
  Rig rig = settled(1);
  rig.wait(seconds(30));
  rig.finish(rig.take_one(0), End::kUnreachable, "connection refused");
  rig.order_now(order("a.example.net", 2));
  const Task task = rig.take_one(0);
  EXPECT_EQ(task.step, Step::kDeliver);
  EXPECT_TRUE(task.is_edge_lost);
  rig.finish(task, End::kUnasked);
  rig.wait(seconds(2));
  EXPECT_EQ(rig.take_one(0).step, Step::kProve);
}

TEST(Plan, AnUnwritableEdgeIsTriedAgainAndItsDomainsAreNotLost) {
  Rig rig = settled(1);
  rig.order_now(order("a.example.net", 2));
  const News news = rig.finish(rig.take_one(0), End::kUnwritable, "no space left on device");
  EXPECT_EQ(news.events.front().kind, Event::Kind::kEdgeLost);
  EXPECT_THAT(rig.take(0), IsEmpty());
  rig.wait(seconds(2));
  const Task again = rig.take_one(0);
  EXPECT_EQ(again.step, Step::kDeliver);
  rig.finish(again, End::kProved);
  EXPECT_EQ(rig.plan().counts(0).failure, "");
  EXPECT_EQ(rig.plan().counts(0).proved, 1U);
}

TEST(Plan, OneDomainThatFailsDelaysNoOther) {
  Rig rig(edges(1));
  rig.begin({order("bad.example.net", 1), order("good.example.net", 2)});
  rig.let_prove(0);
  rig.order_now(order("bad.example.net", 3));
  rig.order_now(order("good.example.net", 4));
  const std::vector<Task> tasks = rig.take(0);
  ASSERT_THAT(tasks, SizeIs(2));
  rig.finish(tasks.at(0), End::kBroken, "the key does not sign");
  rig.finish(tasks.at(1), End::kProved);
  rig.let_prove(0);
  EXPECT_EQ(rig.plan().counts(0).proved, 1U);
  EXPECT_EQ(rig.plan().counts(0).failing, 1U);
}

TEST(Plan, AKindThatCannotServeACertificateHoldsNobodyBack) {
  Rig rig = settled(2);
  rig.order_now(order("a.example.net", 2));
  rig.finish(rig.take_one(0), End::kUnfit, "RSA only");
  const Task other = rig.take_one(1);
  EXPECT_EQ(other.order.version, base::CertId(2));
  rig.finish(other, End::kProved);
  for (const Task& task : rig.let_prove(0)) EXPECT_EQ(task.order.version, base::CertId(1)) << "what is there stays";
  EXPECT_EQ(rig.plan().counts(0).failing, 1U);
  EXPECT_TRUE(rig.plan().receipts(0, "a.example.net").front().is_final);
  EXPECT_EQ(rig.plan().counts(0).trouble.reason, "RSA only");
}

TEST(Plan, WrongTlsVersionsAreToldAndDoNotHoldTheCertificateBack) {
  Rig rig = settled(2);
  rig.order_now(order("a.example.net", 2));
  const News news = rig.finish(rig.take_one(0), End::kWrongTls, "TLSv1.2 is offered");
  EXPECT_EQ(news.receipts.front().failure, "TLSv1.2 is offered");
  EXPECT_EQ(news.receipts.front().proved_at, std::nullopt);
  EXPECT_EQ(rig.take_one(1).order.version, base::CertId(2));
}

TEST(Plan, LooksAgainAtWhatIsServedAndDeliversItWhenItIsNot) {
  Rig rig = settled(1);
  rig.wait(seconds(29));
  EXPECT_THAT(rig.take(0), IsEmpty());
  rig.wait(seconds(1));
  const Task look = rig.take_one(0);
  EXPECT_EQ(look.step, Step::kCheck);
  rig.finish(look, End::kNotServed, "somebody else's");
  const Task again = rig.take_one(0);
  EXPECT_EQ(again.step, Step::kDeliver);
  EXPECT_EQ(again.order.version, base::CertId(1));
}

TEST(Plan, ARepairIsTimedFromWhenItWasNoticed) {
  Rig rig = settled(1);
  rig.wait(seconds(30));
  rig.finish(rig.take_one(0), End::kNotServed, "wiped");
  rig.wait(milliseconds(7));
  const News news = rig.finish(rig.take_one(0), End::kProved);
  ASSERT_THAT(news.events, SizeIs(1));
  EXPECT_EQ(news.events.front().took, milliseconds(7));
}

TEST(Plan, AnOutageLeavesTheProofItsTime) {
  Rig rig = settled(1);
  rig.wait(seconds(30));
  const News lost = rig.finish(rig.take_one(0), End::kUnreachable, "connection refused");
  EXPECT_EQ(lost.receipts.front().failure, "connection refused");
  EXPECT_EQ(lost.receipts.front().proved_at, kStart);
  rig.wait(seconds(2));
  const News back = rig.finish(rig.take_one(0), End::kProved);
  EXPECT_EQ(back.receipts.front().failure, "");
  EXPECT_EQ(back.receipts.front().proved_at, kStart);
  for (const Event& event : back.events) EXPECT_NE(event.kind, Event::Kind::kProved);
}

TEST(Plan, ARoutineLookTellsNothing) {
  Rig rig = settled(1);
  rig.wait(seconds(30));
  const News news = rig.finish(rig.take_one(0), End::kProved);
  EXPECT_THAT(news.events, IsEmpty());
  EXPECT_THAT(news.receipts, IsEmpty());
}

TEST(Plan, WhatWorkedOnceIsNotToBlameWhenItIsNotShownAnyMore) {
  Rig rig = settled(1);
  rig.order_now(order("a.example.net", 2));
  rig.let_prove(0);
  rig.wait(seconds(30));
  rig.finish(rig.take_one(0), End::kNotServed);
  for (int i = 0; i < 100; ++i) {
    for (const Task& task : rig.take(0)) {
      EXPECT_EQ(task.order.version, base::CertId(2));
      rig.finish(task, task.step == Step::kCheck ? End::kNotServed : End::kNotYet, "another server");
    }
    rig.wait(milliseconds(250));
  }
}

TEST(Plan, ChangesGoBeforeRoutineLooks) {
  Rig rig(edges(1));
  std::vector<Order> orders;
  for (int i = 0; i < 200; ++i) orders.push_back(order("d" + std::to_string(i) + ".example.net", i + 1));
  rig.begin(orders);
  rig.let_prove(0);
  rig.wait(seconds(60));
  rig.order_now(order("d7.example.net", 1000));
  const std::vector<Task> tasks = rig.take(0);
  ASSERT_THAT(tasks, SizeIs(2));
  EXPECT_EQ(tasks.front().step, Step::kDeliver);
  EXPECT_EQ(tasks.front().domain, "d7.example.net");
}

Order of_account(Order made, std::int64_t account) {
  made.account = base::AccountId(account);
  return made;
}

// `count` domains of one account, which the edge does not have.
void order_many(Rig& rig, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) rig.order_now(order("d" + std::to_string(i) + ".example.net", 1));
}

TEST(Plan, ANewEdgeGetsItsDomainsInWholeBatches) {
  Rig rig(edges(1));
  std::vector<Order> orders;
  for (int i = 0; i < 300; ++i) orders.push_back(order("d" + std::to_string(i) + ".example.net", 1));
  rig.begin(orders);
  rig.wait(milliseconds(1));
  const std::vector<Task> checks = rig.take(0, 256);
  EXPECT_THAT(checks, SizeIs(256));
  for (const Task& task : checks) {
    EXPECT_EQ(task.step, Step::kCheck);
    EXPECT_TRUE(task.is_unknown);
    rig.finish(task, End::kNotServed);
  }
  const std::vector<Task> placements = rig.take(0, 256);
  EXPECT_THAT(placements, SizeIs(256));
  for (const Task& task : placements) {
    EXPECT_EQ(task.step, Step::kDeliver);
    rig.finish(task, End::kUnasked);
  }
  // The rest comes before what was placed is looked at, a few at a time.
  const std::vector<Task> rest = rig.take(0, 256);
  EXPECT_EQ(std::ranges::count(rest, Step::kCheck, &Task::step), 300 - 256);
  const auto looks = std::ranges::count(rest, Step::kProve, &Task::step);
  EXPECT_THAT(looks, testing::Le(static_cast<std::ptrdiff_t>(kLooksAtOnce)));
}

TEST(Plan, AnAccountDoesNotWaitForAllTheDomainsOfAnother) {
  Rig rig(edges(1));
  rig.begin();
  order_many(rig, 500);
  rig.order_now(of_account(order("z.example.org", 2), 2100000002));
  const std::vector<Task> tasks = rig.take(0, 8);
  ASSERT_THAT(tasks, SizeIs(8));
  EXPECT_TRUE(tasks[0].domain == "z.example.org" || tasks[1].domain == "z.example.org");
}

// The server has no place for 500 domains of another account, so that they are looked at again and again.
TEST(Plan, AChangeNeverWaitsForMoreThanOneBatchOfWhatFails) {
  Rig rig(edges(1));
  rig.begin();
  order_many(rig, 500);
  const auto fail_all_due = [&] {
    for (const Task& task : rig.take(0, 256)) rig.finish(task, End::kNotYet, "unrecognized name");
  };
  for (int i = 0; i < 2000; ++i) {
    fail_all_due();
    rig.wait(milliseconds(10));
    if (i % 100 != 0) continue;
    rig.order_now(of_account(order("z.example.org", 1000 + i), 2100000002));
    fail_all_due();
    rig.wait(milliseconds(10));
    bool is_taken = false;
    for (const Task& task : rig.take(0, 256)) {
      is_taken = is_taken || task.domain == "z.example.org";
      rig.finish(task, task.domain == "z.example.org" ? End::kProved : End::kNotYet, "unrecognized name");
    }
    EXPECT_TRUE(is_taken) << "after " << i;
  }
}

TEST(Plan, RetriesTakeATenthOfTheTimeAndNoLookWaitsForThem) {
  Rig rig(edges(1));
  rig.begin();
  rig.order_now(of_account(order("z.example.org", 2), 2100000002));
  rig.let_prove(0);
  order_many(rig, 100);
  milliseconds retrying(0);
  milliseconds longest(0);
  base::SteadyTime seen = rig.steady();
  const base::SteadyTime begun = rig.steady();
  while (rig.steady() - begun < std::chrono::minutes(10)) {
    const base::SteadyTime before = rig.steady();
    const std::vector<Task> tasks = rig.take(0, 256);
    for (const Task& task : tasks) {
      const bool is_good = task.domain == "z.example.org";
      rig.wait(milliseconds(3));
      rig.finish(task, is_good ? End::kProved : End::kNotYet, "unrecognized name");
      if (is_good) longest = std::max(longest, std::chrono::duration_cast<milliseconds>(rig.steady() - seen));
      if (is_good) seen = rig.steady();
    }
    if (tasks.empty()) rig.wait(milliseconds(1));
    if (tasks.empty() || !tasks.front().is_retry) continue;
    rig.plan().note_retries(0, before, rig.steady());
    retrying += std::chrono::duration_cast<milliseconds>(rig.steady() - before);
  }
  EXPECT_GT(retrying, seconds(5)) << "they come all the same";
  EXPECT_LE(retrying, seconds(61));
  EXPECT_LT(longest, seconds(31));
}

TEST(Plan, ChecksTheTlsVersionsOfAServerOnceForAllDomains) {
  Rig rig(edges(1));
  rig.begin();
  rig.order_now(order("a.example.net", 1));
  EXPECT_EQ(rig.let_prove(0).at(0).depth, ProofDepth::kTlsVersions);
  rig.order_now(order("b.example.net", 2));
  EXPECT_EQ(rig.let_prove(0).at(0).depth, ProofDepth::kChain);
  rig.wait(seconds(30));
  for (const Task& look : rig.let_prove(0)) {
    const bool is_due = look.domain == "b.example.net";
    EXPECT_EQ(look.depth, is_due ? ProofDepth::kTlsVersions : ProofDepth::kChain) << look.domain;
  }
  rig.sight({.has_server_changed = true});
  rig.order_now(order("c.example.net", 3));
  EXPECT_EQ(rig.take(0).at(0).depth, ProofDepth::kTlsVersions) << "another server may have others";
}

TEST(Plan, KnowsThatABundleWorksForAnotherDomain) {
  Rig rig(edges(1));
  rig.begin();
  rig.order_now(order("a.example.net", 1));
  const Task first = rig.take_one(0);
  EXPECT_FALSE(first.is_sound);
  Finished finished{End::kProved};
  finished.is_checked = true;
  static_cast<void>(rig.plan().finish(first, finished, rig.now(), rig.steady()));
  rig.order_now(order("b.example.net", 1));
  const Task second = rig.take_one(0);
  EXPECT_TRUE(second.is_sound);
  EXPECT_FALSE(second.is_checked) << "it may not be for this domain";
}

TEST(FailureLog, SaysAReasonOnceAMinuteAndHowManyOthersThereWere) {
  FailureLog log;
  const base::SteadyTime start{std::chrono::hours(1)};
  const auto failed = [](const std::string& domain) {
    return Event{Event::Kind::kFailed, 0, domain, {}, "127.0.0.1:443 has no " + domain};
  };
  EXPECT_TRUE(log.is_first(failed("a.example.net"), "edge web: a", start));
  EXPECT_FALSE(log.is_first(failed("b.example.net"), "edge web: b", start));
  EXPECT_FALSE(log.is_first(failed("c.example.net"), "edge web: c", start + seconds(59)));
  Event elsewhere = failed("a.example.net");
  elsewhere.edge = 1;
  EXPECT_TRUE(log.is_first(elsewhere, "edge other: a", start));
  EXPECT_THAT(log.take_others(start + seconds(59)), IsEmpty());
  EXPECT_THAT(log.take_others(start + seconds(60)),
              ElementsAre("edge web: a (and 2 more such failures within a minute)"));
  EXPECT_TRUE(log.is_first(failed("b.example.net"), "edge web: b", start + seconds(61)));
}

TEST(Plan, WithdrawsWhatIsNotWantedAnyMore) {
  Rig rig = settled(2);
  rig.stop_serving("a.example.net");
  const Task task = rig.take_one(0);
  EXPECT_EQ(task.step, Step::kWithdraw);
  const News news = rig.finish(task, End::kProved);
  EXPECT_EQ(news.events.front().kind, Event::Kind::kWithdrawn);
  EXPECT_THAT(rig.take(0), IsEmpty());
  EXPECT_EQ(rig.plan().counts(0).wanted, 0U);
}

TEST(Plan, ForgetsAtOnceWhatWasNeverWritten) {
  Rig rig(edges(1));
  rig.begin();
  rig.order_now(order("a.example.net", 1));
  rig.stop_serving("a.example.net");
  EXPECT_THAT(rig.take(0), IsEmpty());
}

TEST(Plan, WithdrawsWhatWasBeingWrittenWhenItWasStopped) {
  Rig rig(edges(1));
  rig.begin();
  rig.order_now(order("a.example.net", 1));
  const Task writing = rig.take_one(0);
  rig.stop_serving("a.example.net");
  EXPECT_THAT(rig.take(0), IsEmpty()) << "not while somebody works on it";
  rig.finish(writing, End::kProved);
  EXPECT_EQ(rig.take_one(0).step, Step::kWithdraw);
}

TEST(Plan, ServesAgainWhatIsOrderedWhileItIsWithdrawn) {
  Rig rig = settled(1);
  rig.stop_serving("a.example.net");
  const Task withdrawing = rig.take_one(0);
  rig.order_now(order("a.example.net", 1));
  rig.finish(withdrawing, End::kProved);
  const Task look = rig.take_one(0);
  EXPECT_EQ(look.step, Step::kCheck);
  rig.finish(look, End::kNotServed);
  const Task again = rig.take_one(0);
  EXPECT_EQ(again.step, Step::kDeliver);
  EXPECT_TRUE(again.first_receipt.has_value()) << "its receipts were forgotten";
}

TEST(Plan, AnOlderStepThatEndsLateChangesNothing) {
  Rig rig = settled(1);
  rig.order_now(order("a.example.net", 2));
  const Task slow = rig.take_one(0);
  rig.order_now(order("a.example.net", 3));
  const News news = rig.finish(slow, End::kRefused, "version 2 is refused");
  EXPECT_THAT(news.receipts, IsEmpty());
  EXPECT_EQ(rig.take_one(0).order.version, base::CertId(3));
}

TEST(Plan, AfterARestartLooksBeforeItWrites) {
  Rig rig(edges(1));
  const Order known = order("a.example.net", 1);
  rig.remember(0, {proved_receipt("e0", known)});
  rig.begin({known});
  const Task look = rig.take_one(0);
  EXPECT_EQ(look.step, Step::kCheck);
  const News news = rig.finish(look, End::kProved);
  EXPECT_THAT(news.receipts, IsEmpty()) << "the receipt is the one from before";
  EXPECT_THAT(news.events, IsEmpty());
}

TEST(Plan, AfterARestartWithdrawsWhatIsNotWantedAnyMore) {
  Rig rig(edges(1));
  rig.remember(0, {proved_receipt("e0", order("gone.example.net", 1))});
  rig.begin({});
  const Task task = rig.take_one(0);
  EXPECT_EQ(task.step, Step::kWithdraw);
  EXPECT_EQ(task.domain, "gone.example.net");
}

// Version 1 was shown there, and version 2 was on its way when the process ended.
Rig interrupted(bool is_provable) {
  std::vector<Plan::Edge> made = edges(1);
  made.front().is_provable = is_provable;
  Rig before(made);
  before.begin();
  before.order_now(order("a.example.net", 1));
  before.let_prove(0);
  std::vector<domain::Receipt> kept = before.plan().receipts(0, "a.example.net");
  before.order_now(order("a.example.net", 2));
  const Task task = before.take_one(0);
  EXPECT_EQ(task.order.version, base::CertId(2));
  if (task.first_receipt) kept.push_back(*task.first_receipt);
  Rig rig(made);
  rig.remember(0, kept);
  rig.begin({order("a.example.net", 2)});
  return rig;
}

TEST(Plan, AfterARestartADeliveryGoesOnWhereTheFilesAreItsOwn) {
  for (const bool is_provable : {true, false}) {
    Rig rig = interrupted(is_provable);
    const Task look = rig.take_one(0);
    EXPECT_EQ(look.step, Step::kCheck);
    EXPECT_EQ(look.order.version, base::CertId(2));
    const News seen = rig.finish(look, End::kProved);
    if (is_provable) {
      EXPECT_EQ(seen.receipts.front().phase, Phase::kGood);
      continue;
    }
    // Nobody knows whether it was loaded.
    const Task again = rig.take_one(0);
    EXPECT_EQ(again.step, Step::kDeliver);
    EXPECT_EQ(again.order.version, base::CertId(2));
    EXPECT_EQ(rig.finish(again, End::kProved).receipts.front().phase, Phase::kGood);
  }
}

TEST(Plan, AfterARestartADeliveryGoesOnThatHadWrittenNothing) {
  for (const bool is_provable : {true, false}) {
    Rig rig = interrupted(is_provable);
    rig.finish(rig.take_one(0), End::kNotServed, "the files are not the ones that were delivered");
    const Task again = rig.take_one(0);
    EXPECT_EQ(again.step, Step::kDeliver);
    EXPECT_EQ(again.order.version, base::CertId(2));
  }
}

TEST(Plan, AfterARestartKnowsWhatToPutBack) {
  Rig rig = interrupted(true);
  rig.finish(rig.take_one(0), End::kNotServed, "it shows the former one");
  rig.finish(rig.take_one(0), End::kRefused, "no");
  EXPECT_EQ(rig.take_one(0).order.version, base::CertId(1));
}

TEST(Plan, LooksAtTheTlsVersionsWhenTheyAreOrderedAnew) {
  Rig rig = settled(1);
  rig.wait(seconds(30));
  const Task routine = rig.take_one(0);
  EXPECT_EQ(routine.depth, ProofDepth::kChain);
  rig.finish(routine, End::kProved);
  Order stricter = order("a.example.net", 1);
  stricter.tls.min_version = domain::TlsVersion::k13;
  rig.order_now(stricter);
  const Task look = rig.take_one(0);
  EXPECT_EQ(look.step, Step::kCheck);
  EXPECT_EQ(look.depth, ProofDepth::kTlsVersions);
  EXPECT_EQ(look.order.tls.min_version, domain::TlsVersion::k13);
}

TEST(Plan, AnEdgeThatCannotBeProvedIsNotTheFirst) {
  std::vector<Plan::Edge> made = edges(2);
  made.at(0).is_provable = false;
  Rig rig(made);
  rig.begin();
  rig.order_now(order("a.example.net", 1));
  rig.let_prove(0);
  rig.let_prove(1);
  rig.order_now(order("a.example.net", 2));
  EXPECT_THAT(rig.take(0), IsEmpty());
  rig.finish(rig.take_one(1), End::kProved);
  EXPECT_EQ(rig.take_one(0).step, Step::kDeliver);
}

// Its receipts may have been reset meanwhile: unbound and bound again before anything was looked at.
TEST(Plan, TheSameOrderAgainIsProvedAgain) {
  Rig rig = settled(1);
  rig.order_now(order("a.example.net", 1));
  const Task look = rig.take_one(0);
  EXPECT_EQ(look.step, Step::kCheck);
  EXPECT_THAT(rig.finish(look, End::kProved).receipts, SizeIs(1));
}

TEST(Plan, NeverPutsBackWhatHasExpiredWhileTheOrderIsValid) {
  Rig rig(edges(1));
  rig.begin();
  Order expired = order("a.example.net", 1);
  expired.ends_at = kStart - std::chrono::hours(1);
  Order valid = order("a.example.net", 2);
  valid.ends_at = kStart + std::chrono::hours(1000);
  rig.order_now(expired);
  rig.let_prove(0);
  rig.order_now(valid);
  for (int i = 0; i < 2000; ++i) {
    rig.wait(milliseconds(50));
    for (const Task& task : rig.take(0)) {
      EXPECT_EQ(task.order.version, base::CertId(2));
      rig.finish(task, task.step == Step::kCheck ? End::kNotServed : End::kNotYet, "slow");
    }
  }
}

TEST(Plan, TellsWhoDeliversWhatIsPutBackInPlaceOfWhat) {
  Rig rig = settled(1);
  rig.order_now(order("a.example.net", 2));
  rig.finish(rig.take_one(0), End::kRefused, "no");
  EXPECT_EQ(rig.take_one(0).replaces, base::CertId(2));
}

TEST(Plan, ARollbackReachesTheOthersThoughTheFirstEdgeIsStuck) {
  Rig rig = settled(2);
  rig.order_now(order("a.example.net", 2));
  rig.let_prove(0);
  rig.let_prove(1);
  rig.order_now(order("a.example.net", 1));
  rig.finish(rig.take_one(0), End::kNotYet, "still shows 2");
  rig.wait(seconds(4));
  EXPECT_EQ(rig.take_one(1).order.version, base::CertId(1));
}

TEST(Plan, ASlowFirstEdgeIsWaitedForOnlySoLong) {
  Rig rig = settled(2);
  rig.order_now(order("a.example.net", 2));
  const Task under_way = rig.take_one(0);
  rig.wait(seconds(3));
  EXPECT_THAT(rig.take(1), IsEmpty());
  rig.wait(seconds(1));
  EXPECT_EQ(rig.take_one(1).order.version, base::CertId(2));
  rig.finish(under_way, End::kProved);
}

TEST(Plan, AVersionThatIsShownWithWrongTlsVersionsCanBePutBack) {
  Rig rig(edges(1));
  rig.begin();
  rig.order_now(order("a.example.net", 1));
  rig.finish(rig.take_one(0), End::kWrongTls, "TLSv1.1 is offered");
  rig.order_now(order("a.example.net", 2));
  rig.finish(rig.take_one(0), End::kRefused, "no");
  EXPECT_EQ(rig.take_one(0).order.version, base::CertId(1));
}

TEST(Plan, ASecondChanceThatShowsWrongTlsVersionsReachesTheOthers) {
  Rig rig = settled(3);
  rig.order_now(order("a.example.net", 2));
  for (const std::size_t edge : {0U, 1U}) {
    rig.finish(rig.take_one(edge), End::kRefused, "no");
    rig.let_prove(edge);
  }
  rig.wait(seconds(34));
  for (int looks = 0; looks < 2; ++looks) {
    for (const Task& task : rig.take(0)) {
      rig.finish(task, task.step == Step::kDeliver ? End::kWrongTls : End::kProved, "TLSv1.1 is offered");
    }
  }
  EXPECT_EQ(rig.let_prove(2).back().order.version, base::CertId(2));
}

TEST(Plan, NobodyKnowsWhatALostEdgeServes) {
  Rig rig(edges(1));
  rig.begin({order("a.example.net", 1), order("b.example.net", 2), order("c.example.net", 3)});
  rig.let_prove(0);
  EXPECT_EQ(rig.plan().counts(0).proved, 3U);
  for (int i = 0; i < 200; ++i) {
    rig.wait(milliseconds(500));
    for (const Task& task : rig.take(0)) rig.finish(task, End::kUnreachable, "connection refused");
  }
  EXPECT_EQ(rig.plan().counts(0).proved, 0U);
  EXPECT_EQ(rig.plan().counts(0).failing, 3U);
}

TEST(Plan, WhereNothingCanBeProvedWhatWasNotAcknowledgedIsDeliveredAgain) {
  std::vector<Plan::Edge> made = edges(1);
  made.front().is_provable = false;
  Rig rig(made);
  const Order known = order("a.example.net", 1);
  domain::Receipt interrupted = proved_receipt("e0", known);
  interrupted.acknowledged_at.reset();
  interrupted.proved_at.reset();
  rig.remember(0, {interrupted});
  rig.begin({known});
  rig.finish(rig.take_one(0), End::kProved);
  const Task again = rig.take_one(0);
  EXPECT_EQ(again.step, Step::kDeliver) << "the file lies there, but was the command run?";
  const News news = rig.finish(again, End::kProved);
  EXPECT_EQ(news.receipts.front().proved_at, std::nullopt);
  EXPECT_TRUE(news.receipts.front().acknowledged_at.has_value());
}

TEST(Plan, WhatCannotBeWithdrawnIsTriedAgainAndDelaysNobody) {
  Rig rig(edges(1));
  rig.begin({order("a.example.net", 1), order("b.example.net", 2)});
  rig.let_prove(0);
  rig.stop_serving("a.example.net");
  rig.finish(rig.take_one(0), End::kUnwritable, "it is a directory");
  rig.order_now(order("b.example.net", 3));
  const Task other = rig.take_one(0);
  EXPECT_EQ(other.domain, "b.example.net");
  rig.finish(other, End::kProved);
  rig.wait(seconds(1));
  EXPECT_EQ(rig.take_one(0).step, Step::kWithdraw);
}

}  // namespace
}  // namespace livecert::edge
