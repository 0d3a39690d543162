#include "store/postgres/server_checks.h"

#include <gtest/gtest.h>

#include "store/material.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/server.h"

namespace livecert::store::testing {
namespace {

TEST(PostgresAddress, APasswordInItIsRefused) {
  EXPECT_TRUE(postgres::check_address("postgres://livecert@db1,db2/livecert"));
  EXPECT_FALSE(postgres::check_address("postgres://livecert:secret@db1/livecert"));
  const auto refused = postgres::check_address("postgres://db1/livecert?password=secret");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
  const auto torn = postgres::check_address("postgres://livecert:aB3/xY9@db1/livecert");
  ASSERT_FALSE(torn);
  EXPECT_EQ(torn.error().message.find("aB3"), std::string::npos);
  EXPECT_EQ(torn.error().message.find("xY9"), std::string::npos);
  EXPECT_FALSE(postgres::check_address("postgres://[")) << "one that libpq cannot read";
}

TEST(PostgresAddress, SeveralHostsAreKnown) {
  EXPECT_TRUE(postgres::has_several_hosts("postgres://livecert@db1,db2/livecert"));
  EXPECT_FALSE(postgres::has_several_hosts("postgres://livecert@db1/livecert"));
  EXPECT_EQ(postgres::describe("postgres://livecert@db1,db2/store?sslmode=require"),
            "postgres://livecert@db1,db2/store");
  EXPECT_EQ(postgres::describe("postgres://livecert@db1:5433,db2:5434/store"),
            "postgres://livecert@db1:5433,db2:5434/store")
      << "two servers on one machine are two";
  EXPECT_EQ(postgres::describe("postgres://livecert@db1,db2/store?port=5433"),
            "postgres://livecert@db1:5433,db2:5433/store");
}

class PostgresChecks : public ::testing::Test {
 protected:
  void SetUp() override {
    server = PostgresServer::shared();
    if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
    options.address.uri = server->make_schema();
    options.demands.fsync = false;
  }
  std::string refusal() {
    const auto opened = postgres::PostgresStore::open(options, clock);
    EXPECT_TRUE(opened || opened.error().code == base::ErrorCode::kConfiguration);
    return opened ? "" : opened.error().message;
  }
  std::string run(const std::string& sql) { return server->run(sql, schema_of(options.address.uri)); }

  PostgresServer* server = nullptr;
  ManualClock clock;
  postgres::Options options;
};

TEST_F(PostgresChecks, AServerThatDoesNotSynchroniseIsRefused) {
  options.demands.fsync = true;
  EXPECT_NE(refusal().find("fsync off"), std::string::npos) << refusal();
}

TEST_F(PostgresChecks, ASessionThatAnswersBeforeTheCommitIsSafeIsRefused) {
  for (const char* level : {"off", "local", "remote_write"}) {
    postgres::Connection connection({options.address.uri, ""}, std::chrono::seconds(5),
                                    [](postgres::Connection&) -> base::Result<void> { return {}; });
    ASSERT_TRUE(connection.ensure_open());
    ASSERT_TRUE(connection.execute("SET synchronous_commit = " + std::string(level)));
    const auto checked = postgres::check_durability(connection, options.demands);
    ASSERT_FALSE(checked) << level;
    EXPECT_NE(checked.error().message.find(level), std::string::npos);
  }
}

TEST_F(PostgresChecks, AMissingStandbyIsRefusedWhereOneIsRequired) {
  options.demands.require_standby = true;
  EXPECT_NE(refusal().find("require_standby = false"), std::string::npos) << refusal();
}

TEST_F(PostgresChecks, TablesOfANewerReleaseAreRefusedAndStayAsTheyAre) {
  EXPECT_EQ(refusal(), "");
  static_cast<void>(run("UPDATE livecert_schema SET version = 99, oldest_reader = 99"));
  EXPECT_NE(refusal().find("newer release (format 99"), std::string::npos) << refusal();
  static_cast<void>(run("UPDATE livecert_schema SET oldest_reader = 1"));
  EXPECT_EQ(refusal(), "") << "a newer release may leave the tables readable for this one";
}

TEST_F(PostgresChecks, TablesOfAnOlderReleaseAreRefusedAndStayAsTheyAre) {
  EXPECT_EQ(refusal(), "");
  static_cast<void>(run("UPDATE livecert_schema SET version = 1, oldest_reader = 1"));
  EXPECT_NE(refusal().find("older release (format 1"), std::string::npos) << refusal();
}

TEST_F(PostgresChecks, TablesOfAnotherProgramAreRefused) {
  static_cast<void>(run("CREATE TABLE chains (links BIGINT)"));
  EXPECT_NE(refusal().find("another program"), std::string::npos) << refusal();
}

TEST_F(PostgresChecks, ADatabaseThatIsNotThereIsNamed) {
  options.address.uri = "postgres://livecert@/postgres?host=/nonexistent";
  EXPECT_NE(refusal().find("/nonexistent"), std::string::npos) << refusal();
}

}  // namespace
}  // namespace livecert::store::testing
