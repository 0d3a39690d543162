#include <atomic>
#include <functional>
#include <thread>

#include <gmock/gmock.h>

#include "store/material.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/server.h"

namespace livecert::store::testing {
namespace {

class PostgresLeases : public ::testing::Test {
 protected:
  void SetUp() override {
    server = PostgresServer::shared();
    if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    address = server->make_schema();
  }
  std::unique_ptr<postgres::PostgresStore> open(const std::string& machine, const std::string& holder) {
    postgres::Options options;
    options.address.uri = address;
    options.demands.fsync = false;
    options.identity = {machine, holder};
    auto opened = postgres::PostgresStore::open(options, clock);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    return opened ? *std::move(opened) : nullptr;
  }
  [[nodiscard]] std::string run(const std::string& sql) const { return server->run(sql, schema_of(address)); }
  static bool comes_true(const std::function<bool()>& condition) {
    for (int left = 500; left > 0; --left) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }
  static bool has(Store& store, const std::string& name, Reach reach = Reach::kAnywhere) {
    return store.lease(name, reach).is_ours;
  }

  PostgresServer* server = nullptr;
  ManualClock clock;
  std::string address;
};

TEST_F(PostgresLeases, OneNodeHasALeaseAndAnotherGetsItWhenThatOneStops) {
  auto first = open("m1", "a");
  auto second = open("m2", "b");
  EXPECT_TRUE(has(*first, "retention"));
  EXPECT_FALSE(has(*second, "retention"));
  EXPECT_EQ(second->lease("retention", Reach::kAnywhere).machine, "m1");
  first.reset();
  EXPECT_TRUE(comes_true([&] { return has(*second, "retention"); }));
}

TEST_F(PostgresLeases, ANodeThatIsNotHeardOfLosesItsWorkAndLearnsOfIt) {
  auto first = open("m1", "a");
  auto second = open("m2", "b");
  ASSERT_TRUE(has(*first, "retention"));
  EXPECT_FALSE(has(*second, "retention"));
  static_cast<void>(run("UPDATE leases SET until = 1"));  // as if it had not been renewed
  EXPECT_TRUE(comes_true([&] { return has(*second, "retention"); }));
  EXPECT_TRUE(comes_true([&] { return !has(*first, "retention"); })) << "at its next renewal";
  EXPECT_EQ(run("SELECT epoch FROM leases"), "2");
}

TEST_F(PostgresLeases, OneOfManyThatAskTogetherGetsIt) {
  std::vector<std::unique_ptr<postgres::PostgresStore>> nodes;
  for (const char* holder : {"a", "b", "c", "d"}) nodes.push_back(open("m1", holder));
  std::atomic<int> have = 0;
  std::vector<std::thread> threads;
  for (auto& node : nodes) threads.emplace_back([&] { have += has(*node, "audit") ? 1 : 0; });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(have, 1);
}

TEST_F(PostgresLeases, AnEdgeNeverMovesToAnotherMachine) {
  auto owner = open("m1", "a");
  auto other = open("m2", "b");
  ASSERT_TRUE(has(*owner, "edge:e", Reach::kThisMachine));
  EXPECT_FALSE(has(*other, "edge:e", Reach::kThisMachine));
  // The row of an edge that the store has stays when its node is away.
  static_cast<void>(run("INSERT INTO edges (name, definition) VALUES ('e', '')"));
  owner.reset();
  EXPECT_TRUE(comes_true([&] { return other->lease("edge:e", Reach::kThisMachine).away_since.has_value(); }));
  std::this_thread::sleep_for(std::chrono::seconds(2));  // several attempts
  EXPECT_FALSE(has(*other, "edge:e", Reach::kThisMachine));
  EXPECT_EQ(other->lease("edge:e", Reach::kNobody).machine, "m1");
  auto neighbour = open("m1", "c");
  EXPECT_TRUE(has(*neighbour, "edge:e", Reach::kThisMachine)) << "the folder is there too";
}

TEST_F(PostgresLeases, AProcessThatWasKilledGetsItsLeasesBackAtOnce) {
  auto first = open("m1", "a");
  ASSERT_TRUE(has(*first, "edge:e", Reach::kThisMachine));
  auto again = open("m1", "a");
  EXPECT_TRUE(has(*again, "edge:e", Reach::kThisMachine));
  EXPECT_EQ(run("SELECT epoch FROM leases"), "2");
}

TEST_F(PostgresLeases, WhatIsGivenUpOthersGetAtOnce) {
  auto first = open("m1", "a");
  auto second = open("m2", "b");
  ASSERT_TRUE(has(*first, "edge:e", Reach::kThisMachine));
  EXPECT_FALSE(has(*second, "edge:e", Reach::kThisMachine));
  first->give_up("edge:e");
  EXPECT_TRUE(comes_true([&] { return has(*second, "edge:e", Reach::kThisMachine); }));
}

TEST_F(PostgresLeases, AReceiptOfAnOlderEpochIsRefused) {
  auto first = open("m1", "a");
  ASSERT_TRUE(populate(*first));
  ASSERT_EQ(first->submit(context_of(kRoot), creation(1)).wait().kind, OutcomeKind::kDone);
  ASSERT_TRUE(has(*first, "edge:e", Reach::kThisMachine));
  domain::Receipt receipt;
  receipt.edge = "e";
  receipt.domain = "live.example.net";
  const auto keep = [&] { return first->submit(context_of(kRoot), KeepReceipts{{receipt}}).wait().kind; };
  EXPECT_EQ(keep(), OutcomeKind::kDone);
  EXPECT_EQ(run("SELECT count(*) FROM receipts"), "1");
  static_cast<void>(run("DELETE FROM receipts; UPDATE leases SET epoch = epoch + 1, holder = 'm1:b'"));
  static_cast<void>(keep());
  EXPECT_EQ(run("SELECT count(*) FROM receipts"), "0");
  ASSERT_TRUE(comes_true([&] { return !has(*first, "edge:e", Reach::kThisMachine); }));
  static_cast<void>(keep());
  EXPECT_EQ(run("SELECT count(*) FROM receipts"), "0") << "also when it knows that it lost the lease";
}

}  // namespace
}  // namespace livecert::store::testing
