#include "edge/delivery/fleet.h"

#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/delivery/local_worker.h"
#include "edge/fakes.h"

namespace livecert::edge {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using testing::FakeDriver;
using testing::FakeEdge;
using testing::FakeSource;
using ::testing::Field;
using ::testing::HasSubstr;
using testing::make_order;
using ::testing::SizeIs;

constexpr auto kPatience = std::chrono::seconds(60);

// Waits until it holds; the test fails when that takes longer than any machine needs.
::testing::AssertionResult eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    if (holds()) return ::testing::AssertionSuccess();
    std::this_thread::sleep_for(milliseconds(2));
  }
  return ::testing::AssertionFailure() << "it never came to hold";
}

class FleetTest : public ::testing::Test {
 protected:
  FleetTest() : source_(clock_.now()) {
    options_.plan.proof_interval = milliseconds(100);
    probes_.prove = [this](const ProofTarget& target, const auto& expected, ProofDepth) {
      return testing::prove_fake({{1, &edges_[0]}, {2, &edges_[1]}}, source_, target, expected);
    };
    probes_.check = [](const Bundle&, const std::string&) -> base::Result<void> { return {}; };
    options_.log = [this](const Line& line) {
      const std::lock_guard lock(mutex_);
      lines_.push_back(line.text);
    };
  }

  static Definition definition(std::size_t number) {
    Definition made;
    made.name = "e" + std::to_string(number);
    made.listen = Address{"127.0.0.1", static_cast<std::uint16_t>(number + 1)};
    made.settle = milliseconds(50);
    return made;
  }
  Fleet::Member member(const Definition& definition) {
    auto driver = std::make_unique<FakeDriver>(edges_.at(definition.listen->port - 1U));
    return {definition, std::make_unique<LocalWorker>(definition, std::move(driver), source_, clock_, probes_)};
  }
  void start(std::size_t count = 1) {
    std::vector<Fleet::Member> members;
    for (std::size_t i = 0; i < count; ++i) members.push_back(member(definition(i)));
    fleet_ = std::make_unique<Fleet>(std::move(members), source_, clock_, options_);
  }
  void stop() { fleet_.reset(); }

  Order order(const std::string& domain, std::int64_t version) {
    source_.make_version(version, domain);
    const Order made = make_order(domain, version);
    source_.order(made);
    return made;
  }
  ::testing::AssertionResult serves(std::size_t edge, const std::string& domain, std::int64_t version) {
    return eventually([&] {
      const auto served = edges_.at(edge).serves();
      const auto found = served.find(domain);
      return found != served.end() && found->second == version;
    });
  }
  bool is_proved(std::int64_t version) {
    for (const domain::Receipt& receipt : source_.kept()) {
      if (receipt.version == base::CertId(version) && receipt.proved_at) return true;
    }
    return false;
  }
  std::vector<std::string> lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

  base::SystemClock clock_;
  FakeSource source_;
  std::array<FakeEdge, 2> edges_;
  Probes probes_;
  Fleet::Options options_;
  std::mutex mutex_;
  std::vector<std::string> lines_;
  std::unique_ptr<Fleet> fleet_;
};

TEST_F(FleetTest, SaysWhatIsWrongWithAnEdgeThatHasNothingToDo) {
  probes_.inspect = []() -> base::Result<void> {
    return base::Error{base::ErrorCode::kUpstreamFailure, "/srv/edge does not exist"};
  };
  start();
  EXPECT_TRUE(eventually([&] { return fleet_->status().front().counts.failure == "/srv/edge does not exist"; }));
  EXPECT_TRUE(eventually([&] { return lines() == std::vector<std::string>{"edge e0: /srv/edge does not exist"}; }));
}

TEST_F(FleetTest, TakesBackEverythingOfAnEdgeThatIsRetired) {
  start(2);
  order("a.example.net", 1);
  ASSERT_TRUE(serves(0, "a.example.net", 1));
  ASSERT_TRUE(serves(1, "a.example.net", 1));
  EXPECT_EQ(fleet_->retire("e0", kPatience), 0U);
  EXPECT_TRUE(edges_[0].serves().empty());
  EXPECT_EQ(fleet_->retire("e7", kPatience), std::nullopt);
  order("a.example.net", 2);
  ASSERT_TRUE(serves(1, "a.example.net", 2));
  EXPECT_TRUE(edges_[0].serves().empty());
}

TEST_F(FleetTest, BringsAnOrderToAnEdgeAndKeepsTheReceipt) {
  start();
  order("a.example.net", 1);
  EXPECT_TRUE(serves(0, "a.example.net", 1));
  EXPECT_TRUE(eventually([&] { return is_proved(1); }));
}

TEST_F(FleetTest, AStopTellsUntilWhenAllWasSeen) {
  order("a.example.net", 1);
  order("b.example.net", 2);
  start();
  ASSERT_TRUE(eventually([&] { return is_proved(1) && is_proved(2); }));
  const auto first = source_.kept();
  // The receipts do not change any more, and the looks go on.
  const base::Time then = clock_.now();
  ASSERT_TRUE(eventually([&] {
    const auto a = fleet_->receipts("a.example.net");
    const auto b = fleet_->receipts("b.example.net");
    return a.front().last_seen > then && b.front().last_seen > then;
  }));
  EXPECT_EQ(source_.seen("e0"), std::nullopt) << "it is written rarely";
  const auto shown = fleet_->receipts("a.example.net").front().last_seen;
  stop();
  EXPECT_EQ(source_.kept(), first) << "not each receipt";
  ASSERT_TRUE(source_.seen("e0"));
  EXPECT_GT(source_.seen("e0")->at, then);
  EXPECT_LE(source_.seen("e0")->at, clock_.now());
  const auto told = source_.receipts("e0");
  ASSERT_TRUE(told);
  for (const domain::Receipt& receipt : *told) EXPECT_GT(receipt.last_seen, then);
  EXPECT_GT(shown, then);
}

TEST_F(FleetTest, TellsNowAndThenUntilWhenAllWasSeen) {
  options_.seen_interval = milliseconds(50);
  order("a.example.net", 1);
  start();
  ASSERT_TRUE(eventually([&] { return source_.seen("e0").has_value(); }));
  const base::Time first = source_.seen("e0")->at;
  ASSERT_TRUE(eventually([&] { return source_.seen("e0")->at > first; }));
  // What a lost edge shows is not known.
  edges_[0].update([](FakeEdge& edge) { edge.is_down = true; });
  ASSERT_TRUE(eventually([&] { return !fleet_->status().front().counts.failure.empty(); }));
  const base::Time lost = clock_.now();
  stop();
  EXPECT_LT(source_.seen("e0")->at, lost);
}

TEST_F(FleetTest, AnEdgeThatStaysIsNotLookedAtAgainWhenAnotherChanges) {
  options_.plan.proof_interval = std::chrono::hours(1);
  std::array<std::atomic<int>, 2> looks{};
  probes_.prove = [&, inner = probes_.prove](const ProofTarget& target, const auto& expected, ProofDepth depth) {
    ++looks.at(target.address.port - 1U);
    return inner(target, expected, depth);
  };
  order("a.example.net", 1);
  order("b.example.net", 2);
  start(2);
  const auto is_proved_at = [&](std::size_t edge) {
    return fleet_->status().at(edge).counts.proved == source_.read_all()->orders.size();
  };
  ASSERT_TRUE(eventually([&] { return is_proved_at(0) && is_proved_at(1); }));
  const int before = looks.at(1);
  Definition changed = definition(0);
  changed.settle = milliseconds(60);
  const std::array wanted{changed, definition(1)};
  EXPECT_EQ(fleet_->keep_only(wanted), std::vector{definition(1)});
  std::vector<Definition> listed;
  for (const EdgeStatus& edge : fleet_->status()) listed.push_back(edge.definition);
  EXPECT_EQ(listed, (std::vector{definition(0), definition(1)})) << "the changed one is listed meanwhile";
  EXPECT_EQ(fleet_->status().at(0).counts, EdgeCounts());
  const int of_changed = looks.at(0);
  std::vector<Fleet::Member> members;
  members.push_back(member(changed));
  members.push_back({definition(1), nullptr});
  fleet_->arrange(std::move(members));
  ASSERT_TRUE(eventually([&] { return is_proved_at(0); }));
  EXPECT_GE(looks.at(0), of_changed + 2) << "it was looked at again";
  EXPECT_EQ(looks.at(1), before);
  EXPECT_EQ(edges_[0].write_count(), 2) << "and its files were right";
  // Both go on.
  order("c.example.net", 3);
  EXPECT_TRUE(serves(0, "c.example.net", 3));
  EXPECT_TRUE(serves(1, "c.example.net", 3));
  // An edge that is gone keeps its files, and nobody waits for it.
  EXPECT_EQ(fleet_->keep_only(std::array{definition(1)}), std::vector{definition(1)});
  members.clear();
  members.push_back({definition(1), nullptr});
  fleet_->arrange(std::move(members));
  EXPECT_THAT(fleet_->status(), SizeIs(1));
  order("a.example.net", 4);
  EXPECT_TRUE(serves(1, "a.example.net", 4));
  EXPECT_EQ(edges_[0].serves().at("a.example.net"), 1);
}

TEST_F(FleetTest, AnEdgeIsAddedWhileTheSourceFails) {
  start(1);
  order("a.example.net", 1);
  ASSERT_TRUE(serves(0, "a.example.net", 1));
  source_.fail(true);
  EXPECT_EQ(fleet_->keep_only(std::array{definition(0)}), std::vector{definition(0)});
  std::vector<Fleet::Member> members;
  members.push_back({definition(0), nullptr});
  members.push_back(member(definition(1)));
  fleet_->arrange(std::move(members));
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_TRUE(edges_[1].serves().empty());
  source_.fail(false);
  EXPECT_TRUE(serves(1, "a.example.net", 1));
}

TEST_F(FleetTest, BringsWhatWasOrderedBeforeItBegan) {
  order("a.example.net", 1);
  start();
  EXPECT_TRUE(serves(0, "a.example.net", 1));
}

TEST_F(FleetTest, WithdrawsWhatIsNotOrderedAnyMoreAndForgetsItsReceipts) {
  start();
  order("a.example.net", 1);
  ASSERT_TRUE(serves(0, "a.example.net", 1));
  source_.stop_serving("a.example.net");
  EXPECT_TRUE(eventually([&] { return edges_[0].serves().empty() && source_.kept().empty(); }));
}

TEST_F(FleetTest, AVersionThatTheFirstEdgeRefusesIsServedByTheSecond) {
  start(2);
  order("a.example.net", 1);
  ASSERT_TRUE(serves(0, "a.example.net", 1));
  ASSERT_TRUE(serves(1, "a.example.net", 1));
  edges_[0].update([](FakeEdge& edge) { edge.refuses = {2}; });
  order("a.example.net", 2);
  EXPECT_TRUE(serves(1, "a.example.net", 2));
  EXPECT_TRUE(eventually([&] {
    const auto all = source_.kept();
    return std::ranges::any_of(all, [](const domain::Receipt& receipt) {
      return receipt.version == base::CertId(2) && receipt.failure == "refused" &&
             receipt.phase == domain::DeliveryPhase::kHeld;
    });
  }));
  EXPECT_TRUE(serves(0, "a.example.net", 1));
}

TEST_F(FleetTest, PutsBackOnlyWhereAVersionIsRefused) {
  start(2);
  order("a.example.net", 1);
  ASSERT_TRUE(serves(0, "a.example.net", 1));
  ASSERT_TRUE(serves(1, "a.example.net", 1));
  edges_[1].update([](FakeEdge& edge) { edge.refuses = {2}; });
  order("a.example.net", 2);
  EXPECT_TRUE(eventually([&] {
    return std::ranges::any_of(lines(), [](const std::string& line) { return line.find("put back") != line.npos; });
  }));
  EXPECT_TRUE(serves(0, "a.example.net", 2));
  EXPECT_TRUE(serves(1, "a.example.net", 1));
}

TEST_F(FleetTest, BringsBackAnEdgeThatWasWiped) {
  start();
  order("a.example.net", 1);
  ASSERT_TRUE(eventually([&] { return is_proved(1); }));
  edges_[0].update([](FakeEdge& edge) {
    edge.written.clear();
    edge.served.clear();
  });
  EXPECT_TRUE(serves(0, "a.example.net", 1));
}

TEST_F(FleetTest, BringsAnEdgeUpToDateThatWasDown) {
  start();
  order("a.example.net", 1);
  ASSERT_TRUE(eventually([&] { return is_proved(1); }));
  edges_[0].update([](FakeEdge& edge) { edge.is_down = true; });
  order("a.example.net", 2);
  EXPECT_TRUE(eventually([&] { return !fleet_->status().front().counts.failure.empty(); }));
  edges_[0].update([](FakeEdge& edge) { edge.is_down = false; });
  EXPECT_TRUE(eventually([&] { return is_proved(2); }));
  EXPECT_TRUE(eventually([&] { return fleet_->status().front().counts.failure.empty(); }));
}

TEST_F(FleetTest, ANewFleetRedeliversNothingThatIsServed) {
  start();
  for (int i = 1; i <= 20; ++i) order("d" + std::to_string(i) + ".example.net", i);
  ASSERT_TRUE(eventually([&] { return fleet_->status().front().counts.proved == 20; }));
  stop();
  const int before = edges_[0].write_count();
  start();
  ASSERT_TRUE(eventually([&] { return fleet_->status().front().counts.proved == 20; }));
  EXPECT_EQ(edges_[0].write_count(), before);
}

TEST_F(FleetTest, ANewFleetWithdrawsWhatWasUnboundMeanwhile) {
  start();
  order("a.example.net", 1);
  ASSERT_TRUE(eventually([&] { return is_proved(1); }));
  stop();
  source_.stop_serving("a.example.net");
  start();
  EXPECT_TRUE(eventually([&] { return edges_[0].serves().empty(); }));
}

TEST_F(FleetTest, GoesOnWhenTheSourceComesBack) {
  source_.fail(true);
  start();
  EXPECT_TRUE(eventually([&] { return !lines().empty(); }));
  EXPECT_THAT(lines().front(), HasSubstr("the store failed"));
  source_.fail(false);
  order("a.example.net", 1);
  EXPECT_TRUE(serves(0, "a.example.net", 1));
}

TEST_F(FleetTest, KeepsReceiptsThatCouldNotBeKeptAtOnce) {
  start();
  order("a.example.net", 1);
  ASSERT_TRUE(eventually([&] { return is_proved(1); }));
  order("a.example.net", 2);
  ASSERT_TRUE(serves(0, "a.example.net", 2));
  EXPECT_TRUE(eventually([&] { return is_proved(2); }));
  stop();
  EXPECT_THAT(source_.kept(), SizeIs(2));
}

TEST_F(FleetTest, ServesManyDomainsWhileOthersFail) {
  edges_[0].update([](FakeEdge& edge) {
    for (int i = 2; i <= 200; i += 2) edge.refuses.insert(i);
  });
  start();
  for (int i = 1; i <= 200; ++i) order("d" + std::to_string(i) + ".example.net", i);
  EXPECT_TRUE(eventually([&] { return edges_[0].serves().size() == 100; }));
}

TEST_F(FleetTest, StopsWhileAnEdgeHangsAndHoldsNothingAgainstIt) {
  edges_[0].update([](FakeEdge& edge) { edge.hangs = true; });
  start();
  order("a.example.net", 1);
  ASSERT_TRUE(eventually([&] { return edges_[0].write_count() == 1; }));
  stop();
  EXPECT_TRUE(lines().empty()) << lines().front();
  ASSERT_THAT(source_.kept(), SizeIs(1));
  EXPECT_EQ(source_.kept().front().failure, "");
  EXPECT_FALSE(source_.kept().front().acknowledged_at);
  // The next fleet does the work that was not done.
  edges_[0].update([](FakeEdge& edge) { edge.hangs = false; });
  start();
  EXPECT_TRUE(serves(0, "a.example.net", 1));
}

TEST_F(FleetTest, StopsWhileItIsBusy) {
  for (int i = 1; i <= 100; ++i) order("d" + std::to_string(i) + ".example.net", i);
  for (int round = 0; round < 5; ++round) {
    start(2);
    stop();
  }
}

}  // namespace
}  // namespace livecert::edge
