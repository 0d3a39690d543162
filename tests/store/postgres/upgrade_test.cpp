#include <atomic>
#include <fstream>
#include <functional>
#include <iterator>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>

#include "store/material.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/schema.h"
#include "store/postgres/server.h"

namespace livecert::store::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

constexpr const char* kBreaking[] = {"CREATE TABLE of_the_next_release (id BIGINT PRIMARY KEY)"};

// Dumps of tables of older formats are made with the release that made the tables:
//   pg_dump --inserts --no-owner --no-privileges | grep -v '^--\|^SET \|^\\\|^SELECT pg_catalog\|^$' | sed
//   's/public\.//g'
class PostgresUpgrade : public ::testing::Test {
 protected:
  void SetUp() override {
    server = PostgresServer::shared();
    if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    address = server->make_schema();
  }
  // A small store of format 3, as its release left it.
  void load_format_3() const {
    std::ifstream stream(LIVECERT_TEST_DATA "/postgres_3.sql");
    const std::string dump((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    ASSERT_THAT(dump, HasSubstr("CREATE TABLE"));
    static_cast<void>(server->run(dump, schema_of(address)));
  }
  base::Result<std::unique_ptr<postgres::PostgresStore>> open(
      std::function<void(const std::string&)> on_outdated = {}) {
    postgres::Options options;
    options.address.uri = address;
    options.demands.fsync = false;
    options.on_outdated = std::move(on_outdated);
    options.report = [this](const std::string& line) {
      const std::lock_guard lock(mutex);
      reported.push_back(line);
    };
    return postgres::PostgresStore::open(options, clock);
  }
  base::Result<void> upgrade(const std::vector<postgres::Step>& steps) const {
    postgres::Connection connection({address, ""}, seconds(30),
                                    [](postgres::Connection&) -> base::Result<void> { return {}; });
    TRY(connection.ensure_open());
    return postgres::upgrade_schema(connection, steps, seconds(30), {});
  }
  [[nodiscard]] static std::vector<postgres::Step> released_and(postgres::Step next) {
    const postgres::Steps released = postgres::released_steps();
    std::vector<postgres::Step> steps(released.begin(), released.end());
    steps.push_back(next);
    return steps;
  }
  [[nodiscard]] std::string run(const std::string& sql) const { return server->run(sql, schema_of(address)); }
  // Every column, and every index with its columns.
  [[nodiscard]] std::string shape() const {
    return run(
        "SELECT string_agg(line, '\n' ORDER BY line) FROM (SELECT table_name || ' ' || column_name || ' ' || data_type"
        " || ' ' || is_nullable || ' ' || coalesce(column_default, '') || ' ' || coalesce(collation_name, '')"
        " AS line FROM information_schema.columns WHERE table_schema = current_schema() UNION ALL"
        " SELECT replace(indexdef, schemaname || '.', '') FROM pg_indexes WHERE schemaname = current_schema())"
        " AS lines");
  }
  template <typename Condition>
  static bool comes_true(const Condition& condition) {
    for (int left = 500; left > 0; --left) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

  PostgresServer* server = nullptr;
  ManualClock clock;
  std::string address;
  std::mutex mutex;
  std::vector<std::string> reported;
};

TEST_F(PostgresUpgrade, AStoreOfFormat3KeepsItsRowsAndGetsTheShapeOfANewOne) {
  load_format_3();
  const auto store = open();
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(run("SELECT version FROM livecert_schema"), std::to_string(postgres::newest_format()));
  EXPECT_EQ(run("SELECT count(*) FROM chains"), "1");
  EXPECT_EQ(run("SELECT count(*) FROM accounts"), "2");
  const auto last = (*store)->ask(&Snapshot::last_change);
  ASSERT_TRUE(last);
  EXPECT_EQ(*last, 5);
  EXPECT_EQ(
      (*store)->submit(context_of(kRoot), CreateAccount{account(kOther, "third"), {base::Bytes(61, 7)}}).wait().kind,
      OutcomeKind::kDone);
  const std::string upgraded = shape();
  address = server->make_schema();
  ASSERT_TRUE(open());
  EXPECT_EQ(upgraded, shape());
}

TEST_F(PostgresUpgrade, NodesThatStartTogetherTakeEachStepOnce) {
  load_format_3();
  std::vector<std::thread> nodes;
  for (int i = 0; i < 4; ++i) {
    nodes.emplace_back([this] {
      const auto store = open();
      EXPECT_TRUE(store) << store.error().message;
    });
  }
  for (std::thread& node : nodes) node.join();
  const std::lock_guard lock(mutex);
  EXPECT_EQ(reported.size(), postgres::released_steps().size());
}

TEST_F(PostgresUpgrade, AStepWaitsForTheOneThatAnotherNodeTakes) {
  load_format_3();
  postgres::Connection other({address, ""}, seconds(30),
                             [](postgres::Connection&) -> base::Result<void> { return {}; });
  ASSERT_TRUE(other.ensure_open());
  ASSERT_TRUE(other.execute("BEGIN"));
  ASSERT_TRUE(other.execute("SELECT version FROM livecert_schema FOR UPDATE"));
  std::atomic<bool> is_open = false;
  std::thread node([&] {
    EXPECT_TRUE(open());
    is_open = true;
  });
  // Longer than a statement waits for a lock.
  std::this_thread::sleep_for(seconds(4));
  EXPECT_FALSE(is_open);
  ASSERT_TRUE(other.execute("ROLLBACK"));
  node.join();
  EXPECT_EQ(run("SELECT version FROM livecert_schema"), std::to_string(postgres::newest_format()));
}

TEST_F(PostgresUpgrade, AStepThatFailsLeavesTheTablesAsTheyWere) {
  ASSERT_TRUE(open());
  const std::string before = shape();
  static constexpr const char* kBroken[] = {"CREATE TABLE half (id BIGINT PRIMARY KEY)",
                                            "CREATE TABLE chains (id BIGINT)"};
  EXPECT_FALSE(upgrade(released_and({kBroken, 3, {}})));
  EXPECT_EQ(shape(), before);
  EXPECT_EQ(run("SELECT version FROM livecert_schema"), std::to_string(postgres::newest_format()));
}

TEST_F(PostgresUpgrade, ANodeGoesOnWithTablesThatItsReleaseMayRead) {
  const auto store = open();
  ASSERT_TRUE(store && populate(**store));
  ASSERT_TRUE(upgrade(released_and({kBreaking, postgres::newest_format(), {}})));
  EXPECT_EQ((*store)->submit(context_of(kRoot), creation(1)).wait().kind, OutcomeKind::kDone);
  EXPECT_TRUE(open()) << "and another one of its release starts";
}

TEST_F(PostgresUpgrade, ANodeTooOldForTheTablesSaysSoAndWritesNothingMore) {
  std::mutex told_mutex;
  std::vector<std::string> told;
  const auto store = open([&](const std::string& why) {
    const std::lock_guard lock(told_mutex);
    told.push_back(why);
  });
  ASSERT_TRUE(store && populate(**store));
  ASSERT_TRUE(upgrade(released_and({kBreaking, postgres::newest_format() + 1, {}})));
  EXPECT_EQ((*store)->submit(context_of(kRoot), creation(1)).wait().kind, OutcomeKind::kUnavailable);
  EXPECT_EQ(run("SELECT count(*) FROM chains"), "0");
  EXPECT_TRUE(comes_true([&] {
    const std::lock_guard lock(told_mutex);
    return !told.empty();
  }));
  EXPECT_THAT((*store)->health().why, HasSubstr("start the newer release"));
  std::this_thread::sleep_for(seconds(1));  // several looks
  const std::lock_guard lock(told_mutex);
  EXPECT_THAT(told, ::testing::ElementsAre(HasSubstr("a newer release upgraded the tables")));
  const auto another = open();
  ASSERT_FALSE(another);
  EXPECT_THAT(another.error().message, HasSubstr("newer release"));
}

}  // namespace
}  // namespace livecert::store::testing
