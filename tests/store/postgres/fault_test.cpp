#include <chrono>
#include <mutex>
#include <thread>

#include <gtest/gtest.h>

#include "store/material.h"
#include "store/postgres/nodes.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/relay.h"
#include "store/postgres/server.h"

namespace livecert::store::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class PostgresFaults : public ::testing::Test {
 protected:
  void SetUp() override {
    server = PostgresServer::shared();
    if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    address = server->make_schema();
    relay = std::make_unique<Relay>(server->socket());
    store = open(relay->through(address));
    ASSERT_TRUE(store);
    ASSERT_TRUE(populate(*store));
  }
  void TearDown() override { store.reset(); }

  std::unique_ptr<postgres::PostgresStore> open(const std::string& uri) {
    postgres::Options options;
    options.address.uri = uri;
    options.demands.fsync = false;
    options.report = [this](const std::string& line) {
      const std::lock_guard lock(mutex);
      reported += line + "\n";
    };
    auto opened = postgres::PostgresStore::open(options, clock);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    return opened ? *std::move(opened) : nullptr;
  }
  Outcome submit(Command command) { return store->submit(context_of(kRoot), std::move(command)).wait(); }
  bool has_chain(std::uint64_t number) {
    const auto found = store->ask(&Snapshot::find_chain, chain_id(number));
    EXPECT_TRUE(found) << (found ? "" : found.error().detail);
    return found && found->has_value();
  }
  std::string run(const std::string& sql) { return server->run(sql, schema_of(address)); }
  // The log's positions are those from 1 to the head's.
  void expect_no_gap() {
    EXPECT_EQ(run("SELECT count(*) = max(id) AND max(id) = (SELECT position FROM head) FROM changes"), "t");
    EXPECT_EQ(run("SELECT count(*) FROM chains"), run("SELECT coalesce(sum(chains), 0) FROM expiry_days"));
  }
  template <typename Condition>
  static bool comes_true(const Condition& condition) {
    for (int left = 500; left > 0; --left) {
      if (condition()) return true;
      std::this_thread::sleep_for(milliseconds(20));
    }
    return false;
  }

  PostgresServer* server = nullptr;
  ManualClock clock;
  std::string address;
  std::mutex mutex;
  std::string reported;
  std::unique_ptr<Relay> relay;
  std::unique_ptr<postgres::PostgresStore> store;
};

TEST_F(PostgresFaults, ACommitWhoseAnswerIsLostIsFoundAgain) {
  relay->break_at(Relay::Fault::kAfterCommit);
  EXPECT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  EXPECT_TRUE(relay->is_broken()) << "the fault happened";
  EXPECT_TRUE(has_chain(1));
  expect_no_gap();
}

TEST_F(PostgresFaults, ACommitThatDoesNotArriveIsCarriedOutAgainOrFails) {
  relay->break_at(Relay::Fault::kBeforeCommit);
  const Outcome outcome = submit(creation(1));
  EXPECT_TRUE(relay->is_broken());
  EXPECT_EQ(outcome.kind, OutcomeKind::kUnavailable) << "one that is alone is not repeated";
  EXPECT_FALSE(has_chain(1)) << "the answer is certain";
  EXPECT_EQ(submit(creation(2)).kind, OutcomeKind::kDone);
  expect_no_gap();
}

TEST_F(PostgresFaults, AnOutcomeIsUnknownOnlyWhenTheDatabaseStaysAwayAndIsToldLater) {
  relay->break_at(Relay::Fault::kAfterCommit);
  std::thread away([&] {
    while (!relay->is_broken()) std::this_thread::sleep_for(milliseconds(1));
    relay->refuse(true);
  });
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(submit(creation(1)).kind, OutcomeKind::kUnknown);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(9));
  away.join();
  EXPECT_EQ(store->health().state, Health::State::kAway);
  relay->refuse(false);
  EXPECT_TRUE(comes_true([&] { return submit(creation(2)).kind == OutcomeKind::kDone; }));
  EXPECT_TRUE(has_chain(1));
  const std::lock_guard lock(mutex);
  EXPECT_NE(reported.find("was committed"), std::string::npos) << reported;
  expect_no_gap();
}

TEST_F(PostgresFaults, TheStoreGoesOnWhenTheDatabaseIsThereAgain) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  relay->refuse(true);
  EXPECT_EQ(submit(creation(2)).kind, OutcomeKind::kUnavailable);
  EXPECT_FALSE(store->read() && store->ask(&Snapshot::last_change));
  EXPECT_TRUE(comes_true([&] { return store->health().state == Health::State::kAway; }));
  EXPECT_FALSE(store->health().why.empty());
  relay->refuse(false);
  EXPECT_TRUE(comes_true([&] { return store->health().state == Health::State::kSound; }));
  EXPECT_EQ(submit(creation(2)).kind, OutcomeKind::kDone);
  EXPECT_TRUE(has_chain(1));
}

TEST_F(PostgresFaults, ConnectionsThatTheServerEndedAreOpenedAgainUnseen) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  ASSERT_TRUE(has_chain(1));
  static_cast<void>(run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'livecert'"));
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_EQ(submit(creation(2)).kind, OutcomeKind::kDone);
  EXPECT_TRUE(has_chain(1));
}

TEST_F(PostgresFaults, ANodeThatHearsNothingTrustsNothingThatItRead) {
  const std::uint64_t before = store->generation(Topic::kAccess);
  EXPECT_EQ(store->generation(Topic::kAccess), before);
  relay->refuse(true);
  const auto cut = std::chrono::steady_clock::now();
  EXPECT_TRUE(comes_true([&] { return store->generation(Topic::kAccess) != store->generation(Topic::kAccess); }));
  EXPECT_LT(std::chrono::steady_clock::now() - cut, milliseconds(2500));
  relay->refuse(false);
  EXPECT_TRUE(comes_true([&] { return store->generation(Topic::kAccess) == store->generation(Topic::kAccess); }));
}

// As engines do that are spread over machines, at any statement and at the commit.
TEST_F(PostgresFaults, ATransactionThatIsToBeRepeatedIsRepeated) {
  static_cast<void>(
      run("CREATE SEQUENCE faults; CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$"
          " BEGIN IF nextval('faults') = 1 THEN RAISE 'again' USING ERRCODE = '40001'; END IF;"
          " RETURN NULL; END $$"));
  std::uint64_t number = 0;
  for (const std::string table : {"chains", "versions", "expiry_days", "chain_blocks", "changes", "audit", "head"}) {
    for (const std::string when : {"", "DEFERRABLE INITIALLY DEFERRED"}) {
      static_cast<void>(
          run("SELECT setval('faults', 1, false); CREATE CONSTRAINT TRIGGER fault AFTER INSERT OR UPDATE ON " + table +
              " " + when + " FOR EACH ROW EXECUTE FUNCTION fail_once()"));
      EXPECT_EQ(submit(creation(++number)).kind, OutcomeKind::kDone) << table << " " << when;
      EXPECT_NE(run("SELECT last_value FROM faults"), "1") << "the fault happened";
      static_cast<void>(run("DROP TRIGGER fault ON " + table));
    }
  }
  expect_no_gap();
}

TEST_F(PostgresFaults, ADatabaseThatHasForgottenCommitsIsNotUsed) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  static_cast<void>(run("UPDATE head SET position = 1"));
  EXPECT_TRUE(comes_true([&] { return store->health().state == Health::State::kAway; }));
  EXPECT_NE(store->health().why.find("old primary"), std::string::npos) << store->health().why;
  relay->refuse(true);
  EXPECT_TRUE(comes_true([&] { return !store->ask(&Snapshot::last_change); }));
  relay->refuse(false);
  EXPECT_NE(submit(creation(2)).kind, OutcomeKind::kDone);
  EXPECT_FALSE(store->ask(&Snapshot::last_change));
}

TEST_F(PostgresFaults, AProcessWhoseNumberAnotherOneHasWritesNothing) {
  static_cast<void>(run("UPDATE nodes SET epoch = epoch + 1"));
  EXPECT_EQ(submit(creation(1)).kind, OutcomeKind::kUnavailable);
  EXPECT_EQ(run("SELECT count(*) FROM chains"), "0");
}

TEST_F(PostgresFaults, EachProcessHasANumberOfItsOwnAndGivesItBack) {
  EXPECT_EQ(store->node(), 0U);
  auto second = open(address);
  auto third = open(address);
  ASSERT_TRUE(second && third);
  EXPECT_EQ(second->node(), 1U);
  EXPECT_EQ(third->node(), 2U);
  second.reset();
  EXPECT_EQ(open(address)->node(), 1U);
  static_cast<void>(run("UPDATE nodes SET until = 1 WHERE id = 1"));
  EXPECT_EQ(open(address)->node(), 3U) << "a process whose lease ended may come back, so its number is the last choice";
}

TEST_F(PostgresFaults, WhatOneNodeDisablesAnotherOneDoesNotTrustForLong) {
  auto other = open(address);
  ASSERT_TRUE(other);
  const std::uint64_t before = other->generation(Topic::kAccess);
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_EQ(submit(SetAccessKeyEnabled{"root-key", false}).kind, OutcomeKind::kDone);
  EXPECT_TRUE(comes_true([&] { return other->generation(Topic::kAccess) > before; }));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(1));
}

TEST_F(PostgresFaults, ManyWritersAtTwoNodesLeaveALogWithoutGaps) {
  auto other = open(address);
  ASSERT_TRUE(other);
  std::vector<std::thread> threads;
  for (std::uint64_t thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      Store& node = thread % 2 == 0 ? *store : *other;
      for (std::uint64_t i = 0; i < 25; ++i) {
        EXPECT_EQ(node.submit(context_of(kRoot), creation(1 + thread * 25 + i)).wait().kind, OutcomeKind::kDone);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(run("SELECT count(*) FROM chains"), "200");
  expect_no_gap();
}

}  // namespace
}  // namespace livecert::store::testing
