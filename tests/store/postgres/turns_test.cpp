#include <algorithm>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "store/material.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/server.h"

namespace livecert::store::testing {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr std::size_t kAllowance = 10;
constexpr std::int64_t kSecond = 1'000'000;

class PostgresTurns : public ::testing::Test {
 protected:
  void SetUp() override {
    server = PostgresServer::shared();
    if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    address = server->make_schema();
  }
  std::unique_ptr<postgres::PostgresStore> open() {
    postgres::Options options;
    options.address.uri = address;
    options.demands.fsync = false;
    auto opened = postgres::PostgresStore::open(options, clock);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    return opened ? *std::move(opened) : nullptr;
  }
  static std::optional<SharedTurn> ask(Store& store, const std::string& action = "A",
                                       microseconds longest = seconds(3)) {
    return store.take_turn({base::AccountId(7), action, kAllowance, longest});
  }
  static bool comes_true(const std::function<bool()>& condition) {
    for (int left = 500; left > 0; --left) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }
  // Both nodes know of each other, and the first connections are made.
  static bool are_ready(Store& a, Store& b) {
    return comes_true([&] { return ask(a, "warm").has_value(); }) &&
           comes_true([&] { return ask(b, "warm").has_value(); });
  }

  PostgresServer* server = nullptr;
  ManualClock clock;
  std::string address;
};

TEST_F(PostgresTurns, ANodeThatIsAloneNeedsNoSharedTurn) {
  auto alone = open();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  EXPECT_FALSE(ask(*alone));
  auto other = open();
  EXPECT_TRUE(comes_true([&] { return ask(*alone).has_value(); }));
  other.reset();
  EXPECT_TRUE(comes_true([&] { return !ask(*alone).has_value(); }));
}

// By the clock of the database, which the turns tell.
TEST_F(PostgresTurns, NoSecondHoldsMoreTurnsThanAllowedHoweverManyNodesAsk) {
  std::vector<std::unique_ptr<postgres::PostgresStore>> nodes;
  for (int i = 0; i < 3; ++i) nodes.push_back(open());
  ASSERT_TRUE(are_ready(*nodes[0], *nodes[1]) && are_ready(*nodes[2], *nodes[1]));
  std::mutex mutex;
  std::vector<std::int64_t> turns;
  std::size_t unanswered = 0;
  std::vector<std::thread> threads;
  for (std::size_t thread = 0; thread < 6; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 15; ++i) {
        const auto turn = ask(*nodes[thread % 3], "A", seconds(60));
        const std::lock_guard lock(mutex);
        if (turn && turn->granted) turns.push_back(turn->at);
        if (!turn) ++unanswered;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::ranges::sort(turns);
  ASSERT_GT(turns.size(), 4 * kAllowance) << unanswered << " were not answered";
  for (std::size_t i = kAllowance; i < turns.size(); ++i) EXPECT_GE(turns[i] - turns[i - kAllowance], kSecond);
}

TEST_F(PostgresTurns, AccountsAndActionsAreCountedApartAndARefusedCallCountsNothing) {
  auto a = open();
  auto b = open();
  ASSERT_TRUE(are_ready(*a, *b));
  std::vector<SharedTurn> turns;
  while (turns.size() < kAllowance) {
    if (const auto turn = ask(*a)) turns.push_back(*turn);
  }
  EXPECT_TRUE(turns.front().granted);
  const auto other = comes_true([&] {
    const auto turn = ask(*b, "B", microseconds(0));
    return turn && turn->granted;
  });
  EXPECT_TRUE(other);
  // More than a second of turns is taken, so that these are too late however slow the machine is.
  for (std::size_t granted = 0; granted < 3 * kAllowance;) {
    const auto turn = ask(*b, "C", seconds(60));
    if (turn && turn->granted) ++granted;
  }
  EXPECT_TRUE(comes_true([&] {
    const auto turn = ask(*a, "C", microseconds(0));
    return turn && !turn->granted && turn->wait > microseconds(0);
  }));
}

}  // namespace
}  // namespace livecert::store::testing
