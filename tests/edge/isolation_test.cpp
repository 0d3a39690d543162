#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "edge/delivery/batch_size.h"
#include "edge/delivery/fleet.h"
#include "edge/delivery/plan.h"
#include "edge/fakes.h"

// Nobody waits for the failures of others. The plan has its own time here, and the work has a price in that time, so
// that the results are the same on every machine.
namespace livecert::edge {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::make_order;

constexpr base::Time kStart{std::chrono::microseconds(1'790'000'000'000'000)};
constexpr milliseconds kTurn(10);

Order order_of(const std::string& domain, std::int64_t version, std::int64_t account = 1) {
  Order order = make_order(domain, version);
  order.account = base::AccountId(2100000000 + account);
  return order;
}

enum class Fault : std::uint8_t {
  kNone,
  kHangs,    // it takes connections, and says nothing until the deadline
  kRefuses,  // the driver is told that the new version is not taken
  kLies,     // it acknowledges the new version, and shows the former one
};

struct Behaviour {
  Fault fault = Fault::kNone;
  std::int64_t since = 2;  // the first version that it fails at
};

// Edges that each have a thread: one batch after the other, and each takes its time.
class Edges {
 public:
  Edges(std::vector<Behaviour> behaviours, Mutation mutation)
      : behaviours_(std::move(behaviours)), plan_(named(behaviours_.size()), {}, mutation), lanes_(behaviours_.size()) {
    for (std::size_t edge = 0; edge < lanes_.size(); ++edge) {
      static_cast<void>(plan_.begin(edge, {}, now_, steady_));
    }
  }

  void order(const Order& order) { plan_.set(std::string(order.domain), order, now_, steady_); }
  void run_until(base::SteadyTime end) {
    while (steady_ < end) {
      for (std::size_t edge = 0; edge < lanes_.size(); ++edge) turn(edge);
      now_ += kTurn;
      steady_ += kTurn;
    }
  }
  [[nodiscard]] base::SteadyTime steady() const { return steady_; }
  // The time until the edge showed the version; nullopt: it has not.
  [[nodiscard]] std::optional<milliseconds> time_to_show(std::size_t edge, const std::string& domain,
                                                         std::int64_t version, base::SteadyTime since) const {
    const auto found = lanes_[edge].shown.find({domain, version});
    if (found == lanes_[edge].shown.end()) return std::nullopt;
    return std::chrono::duration_cast<milliseconds>(found->second - since);
  }

 private:
  struct Lane {
    std::vector<Task> tasks = {};
    base::SteadyTime done_at = {};
    std::map<std::pair<std::string, std::int64_t>, base::SteadyTime> shown = {};
  };

  static std::vector<Plan::Edge> named(std::size_t count) {
    std::vector<Plan::Edge> edges;
    for (std::size_t i = 0; i < count; ++i) edges.push_back({"e" + std::to_string(i), {}});
    return edges;
  }

  // The fault of this task, if it has any.
  [[nodiscard]] Fault fault_of(std::size_t edge, const Task& task) const {
    const Behaviour& behaviour = behaviours_[edge];
    // An edge that hangs does so for each version.
    const bool is_bad = behaviour.fault == Fault::kHangs ? is_broken_ : task.order.version.number() >= behaviour.since;
    return is_bad ? behaviour.fault : Fault::kNone;
  }

  void turn(std::size_t edge) {
    constexpr milliseconds kDeadline(5000);  // of a handshake
    Lane& lane = lanes_[edge];
    if (!lane.tasks.empty() && lane.done_at <= steady_) {
      for (const Task& task : lane.tasks) finish(edge, task);
      lane.tasks.clear();
    }
    if (!lane.tasks.empty()) return;
    lane.tasks = plan_.take(edge, BatchSize::kMost, now_, steady_);
    bool hangs = false;
    for (const Task& task : lane.tasks) {
      if (task.order.version.number() >= behaviours_[edge].since) is_broken_ = true;
      hangs = hangs || fault_of(edge, task) == Fault::kHangs;
    }
    lane.done_at = steady_ + (hangs ? kDeadline : kTurn);
  }

  void finish(std::size_t edge, const Task& task) {
    const bool writes = task.step == Step::kDeliver;
    Finished finished{End::kProved};
    switch (fault_of(edge, task)) {
      case Fault::kNone:
        lanes_[edge].shown.try_emplace({task.domain, task.order.version.number()}, steady_);
        break;
      case Fault::kHangs:
        finished = {End::kUnreachable, "it does not answer"};
        break;
      case Fault::kRefuses:
        finished = writes ? Finished{End::kRefused, "refused"} : Finished{End::kNotYet, "another certificate"};
        break;
      case Fault::kLies:
        finished = {End::kNotYet, "another certificate"};
        break;
    }
    if (writes && finished.end != End::kRefused) finished.written_at = finished.acknowledged_at = now_;
    if (finished.end == End::kNotYet && !task.known.empty()) finished.shown = task.known.front();
    static_cast<void>(plan_.finish(task, finished, now_, steady_));
  }

  const std::vector<Behaviour> behaviours_;
  bool is_broken_ = false;  // a version was ordered at which edges fail
  base::Time now_ = kStart;
  base::SteadyTime steady_{std::chrono::hours(1)};
  Plan plan_;
  std::vector<Lane> lanes_;
};

// The longest time that a healthy edge needs for a renewal of one of 20 domains while the edge at `place` of three has
// the fault; nullopt: it never shows it.
std::optional<milliseconds> longest_beside(Fault fault, std::size_t place, Mutation mutation = Mutation::kNone) {
  constexpr int kDomains = 20;
  std::vector<Behaviour> behaviours(3);
  behaviours[place].fault = fault;
  Edges edges(behaviours, mutation);
  const auto name = [](int i) { return "d" + std::to_string(i) + ".example.net"; };
  for (int i = 0; i < kDomains; ++i) edges.order(order_of(name(i), 1, i % 3));
  edges.run_until(edges.steady() + seconds(10));
  milliseconds longest(0);
  // The fault is there when the first renewal comes, and is known when the later ones come.
  for (std::int64_t renewal = 0; renewal < 3; ++renewal) {
    const base::SteadyTime ordered_at = edges.steady();
    for (int i = 0; i < kDomains; ++i) edges.order(order_of(name(i), 2 + renewal * kDomains + i, i % 3));
    edges.run_until(ordered_at + seconds(20));
    for (int i = 0; i < kDomains; ++i) {
      for (std::size_t edge = 0; edge < behaviours.size(); ++edge) {
        if (edge == place) continue;
        const auto time = edges.time_to_show(edge, name(i), 2 + renewal * kDomains + i, ordered_at);
        if (!time) return std::nullopt;
        longest = std::max(longest, *time);
      }
    }
  }
  return longest;
}

class FaultyEdge : public ::testing::TestWithParam<Fault> {};

TEST_P(FaultyEdge, DelaysOthersByASecondAtMostWhenItIsNotTheCanary) {
  for (const std::size_t place : {1U, 2U}) {
    EXPECT_LE(longest_beside(GetParam(), place), seconds(1)) << "at place " << place;
    EXPECT_NE(longest_beside(GetParam(), place), std::nullopt) << "at place " << place;
  }
}

TEST_P(FaultyEdge, DelaysOthersByTwiceItsSettleTimeAndASecondAtMostWhenItIsTheCanary) {
  const auto longest = longest_beside(GetParam(), 0);
  ASSERT_TRUE(longest);
  EXPECT_LE(*longest, 2 * Plan::Edge().settle + seconds(1));
}

INSTANTIATE_TEST_SUITE_P(Isolation, FaultyEdge, ::testing::Values(Fault::kHangs, Fault::kRefuses, Fault::kLies));

TEST(FaultyEdge, IsNoticedByTheTestWhenItsVerdictHoldsForOthers) {
  const auto longest = longest_beside(Fault::kRefuses, 0, Mutation::kHoldsForOne);
  EXPECT_TRUE(!longest || *longest > 2 * Plan::Edge().settle + seconds(1));
}

// One edge whose server knows only the domains of the victim, at four times the prices of a quiet machine: one account
// has 2,000 other domains and renews them all, again and again.
class Crowd {
 public:
  explicit Crowd(std::int64_t victim) : victim_(victim), plan_({{"e0", {}}}, {}) {
    static_cast<void>(plan_.begin(0, {}, now_, steady_));
  }

  // The times from the order to the proof of the victim's updates.
  std::vector<milliseconds> run(int updates) {
    constexpr int kDomains = 2000;
    std::vector<milliseconds> times;
    update_victim(1);
    while (is_waiting_) work();
    for (int i = 0; i < updates; ++i) {
      if (i % 10 == 0) {
        for (int d = 0; d < kDomains; ++d) set(order_of("d" + std::to_string(d) + ".mallory.net", 1000 + i));
      }
      // It comes at any time in the work that the others cause.
      for (int batches = i % 7; batches > 0; --batches) work();
      update_victim(10'000 + i);
      while (is_waiting_) work();
      times.push_back(took_);
    }
    return times;
  }

 private:
  void set(const Order& order) { plan_.set(std::string(order.domain), order, now_, steady_); }
  void update_victim(std::int64_t version) {
    set(order_of("z.victim.net", version, victim_));
    ordered_at_ = steady_;
    is_waiting_ = true;
  }
  void spend(std::chrono::microseconds time) {
    now_ += time;
    steady_ += time;
  }

  void work() {
    constexpr std::chrono::microseconds kPlace(500);
    constexpr std::chrono::microseconds kCheckOfBundle(10'000);
    constexpr std::chrono::microseconds kLook(12'000);
    constexpr std::chrono::microseconds kSync(100'000);
    const base::SteadyTime begun = steady_;
    const std::vector<Task> tasks = plan_.take(0, size_.now(), now_, steady_);
    if (tasks.empty()) return spend(milliseconds(1));
    std::map<base::CertId, std::size_t> placed;
    for (const Task& task : tasks) {
      if (task.step == Step::kDeliver) ++placed[task.order.version];
    }
    if (!placed.empty()) spend(kSync);
    spend(kCheckOfBundle * placed.size());
    for (const Task& task : tasks) {
      if (task.step == Step::kDeliver) spend(kPlace);
    }
    // A change that comes during a batch is seen after it.
    for (const Task& task : tasks) {
      const bool is_victim = task.domain == "z.victim.net";
      const bool is_one_of_many = task.step == Step::kDeliver && placed[task.order.version] > kLooksAtOnce;
      if (!is_one_of_many) spend(kLook);
      Finished finished{is_victim ? End::kProved : End::kNotYet, is_victim ? "" : "unrecognized name"};
      if (is_one_of_many) finished = {End::kUnasked};
      if (task.step == Step::kDeliver) finished.written_at = finished.acknowledged_at = now_;
      static_cast<void>(plan_.finish(task, finished, now_, steady_));
      if (!is_victim || !is_waiting_) continue;
      is_waiting_ = false;
      took_ = std::chrono::duration_cast<milliseconds>(steady_ - ordered_at_);
    }
    if (tasks.front().is_retry) plan_.note_retries(0, begun, steady_);
    if (!placed.empty()) size_.note(tasks.size(), steady_ - begun);
  }

  const std::int64_t victim_;
  base::Time now_ = kStart;
  base::SteadyTime steady_{std::chrono::hours(1)};
  Plan plan_;
  BatchSize size_;
  bool is_waiting_ = false;
  base::SteadyTime ordered_at_;
  milliseconds took_{0};
};

milliseconds p99(std::vector<milliseconds> times) {
  std::ranges::sort(times);
  return times.at(static_cast<std::size_t>(std::ceil(0.99 * static_cast<double>(times.size()))) - 1);
}

TEST(Isolation, TwoThousandDomainsThatTheServerLacksDelayAnotherAccountByASecondAtMost) {
  EXPECT_LE(p99(Crowd(2).run(300)), seconds(1));
}

// What the test above would see without turns between the accounts.
TEST(Isolation, TwoThousandDomainsOfItsOwnAccountComeFirst) {
  EXPECT_GT(p99(Crowd(1).run(300)), seconds(1));
}

// On a busy machine everything takes longer, and so a batch is smaller.
TEST(BatchSize, ShrinksWhileBatchesTakeLongAndGrowsAgain) {
  BatchSize size;
  EXPECT_EQ(size.now(), 256U);
  const auto note_at = [&](milliseconds price) { size.note(size.now(), price * static_cast<int>(size.now())); };
  for (int i = 0; i < 10; ++i) note_at(milliseconds(4));
  EXPECT_LE(milliseconds(4) * static_cast<int>(size.now()), BatchSize::kLongest);
  EXPECT_GE(size.now(), BatchSize::kLeast);
  for (int i = 0; i < 10; ++i) note_at(milliseconds(100));
  EXPECT_EQ(size.now(), BatchSize::kLeast);
  for (int i = 0; i < 10; ++i) note_at(milliseconds(0));
  EXPECT_EQ(size.now(), BatchSize::kMost);
}

TEST(BatchSize, IsSmallAfterASmallBatchThatTookLong) {
  BatchSize size;
  size.note(100, seconds(1));
  EXPECT_EQ(size.now(), 50U);
  size.note(10, seconds(1));
  EXPECT_EQ(size.now(), BatchSize::kLeast);
}

// A clock of a past time that goes on by itself a little whenever it is read: a thread that waits for a time of this
// clock waits no time at all.
class ReadClock final : public base::Clock {
 public:
  [[nodiscard]] base::Time now() const override { return kStart + milliseconds(passed_); }
  [[nodiscard]] base::SteadyTime steady_now() const override { return base::SteadyTime(milliseconds(++passed_)); }
  void advance(milliseconds time) { passed_ += time.count(); }

 private:
  mutable std::atomic<std::int64_t> passed_ = 0;
};

// An edge that always has something to do, so that its thread never waits.
class BusyWorker final : public Worker {
 public:
  explicit BusyWorker(ReadClock& clock) : clock_(clock) {}

  std::vector<Finished> perform(const std::vector<Task>& tasks) override {
    clock_.advance(milliseconds(300));
    std::vector<Finished> finished(tasks.size(), Finished{End::kProved});
    for (Finished& one : finished) one.written_at = one.acknowledged_at = clock_.now();
    return finished;
  }
  Sighting watch() override {
    const std::lock_guard lock(mutex_);
    watched_.push_back(clock_.steady_now());
    return {};
  }
  void stop() override {}
  [[nodiscard]] std::vector<base::SteadyTime> watched() const {
    const std::lock_guard lock(mutex_);
    return watched_;
  }

 private:
  ReadClock& clock_;
  mutable std::mutex mutex_;
  std::vector<base::SteadyTime> watched_;
};

// It is then that replaced keys are removed from the folder (LinkedVersions: ten seconds after their last use).
TEST(Isolation, AnEdgeIsWatchedEveryTwoSecondsHoweverBusyItIs) {
  constexpr std::size_t kTimes = 30;
  ReadClock clock;
  testing::FakeSource source(kStart);
  for (int i = 0; i < 20; ++i) source.order(make_order("d" + std::to_string(i) + ".example.net", 1));
  auto worker = std::make_unique<BusyWorker>(clock);
  const BusyWorker& busy = *worker;
  Definition definition;
  definition.name = "e0";
  definition.listen = Address{"127.0.0.1", 1};
  std::vector<Fleet::Member> members;
  members.push_back({definition, std::move(worker)});
  Fleet::Options options;
  options.plan.proof_interval = options.plan.look_pace = milliseconds(1);
  options.log = [](const Line&) {};
  const Fleet fleet(std::move(members), source, clock, options);
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (busy.watched().size() < kTimes && std::chrono::steady_clock::now() < patience) {
    std::this_thread::sleep_for(milliseconds(2));
  }
  const std::vector<base::SteadyTime> watched = busy.watched();
  ASSERT_GE(watched.size(), kTimes);
  for (std::size_t i = 1; i < kTimes; ++i) EXPECT_LE(watched[i] - watched[i - 1], milliseconds(2000 + 2 * 300));
}

}  // namespace
}  // namespace livecert::edge
