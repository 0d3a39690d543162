#include "store/sqlite/schema.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sqlite/inspection.h"
#include "store/sqlite/sqlite_store.h"

namespace livecert::store::sqlite {
namespace {

using testing::TemporaryDirectory;

class Migration : public ::testing::Test {
 protected:
  Migration() : file(directory.path() / "livecert.db") { std::ofstream(file).flush(); }

  base::Result<void> migrate_to(const std::vector<const char*>& scripts) {
    auto connection = Connection::open(file, Connection::Mode::kReadWrite, "");
    if (!connection) return connection.error();
    return migrate(**connection, Migrations(scripts.begin(), scripts.size()));
  }
  std::string query(const std::string& sql) const { return testing::run_sql(file, sql); }

  TemporaryDirectory directory;
  std::filesystem::path file;
};

constexpr const char* kFirst = "CREATE TABLE one (id INTEGER PRIMARY KEY); PRAGMA application_id = 0x4C435254;";
constexpr const char* kSecond = "ALTER TABLE one ADD COLUMN name TEXT NOT NULL DEFAULT 'old';";
constexpr const char* kBroken = "CREATE TABLE two (id INTEGER PRIMARY KEY); INSERT INTO missing VALUES (1);";

TEST_F(Migration, TakesEachStepOnce) {
  ASSERT_TRUE(migrate_to({kFirst}));
  EXPECT_EQ(query("PRAGMA user_version"), "1");
  query("INSERT INTO one (id) VALUES (7)");
  ASSERT_TRUE(migrate_to({kFirst, kSecond}));
  ASSERT_TRUE(migrate_to({kFirst, kSecond}));
  EXPECT_EQ(query("PRAGMA user_version"), "2");
  EXPECT_EQ(query("SELECT name FROM one WHERE id = 7"), "old");
}

TEST_F(Migration, AStepThatFailsLeavesNothingBehind) {
  const auto migrated = migrate_to({kFirst, kBroken, kSecond});
  ASSERT_FALSE(migrated);
  EXPECT_THAT(migrated.error().detail, ::testing::HasSubstr("missing"));
  EXPECT_EQ(query("PRAGMA user_version"), "1");
  EXPECT_EQ(query("SELECT count(*) FROM sqlite_schema WHERE name = 'two'"), "0");
}

TEST_F(Migration, RefusesANewerVersion) {
  ASSERT_TRUE(migrate_to({kFirst, kSecond}));
  const auto migrated = migrate_to({kFirst});
  ASSERT_FALSE(migrated);
  EXPECT_EQ(migrated.error().code, base::ErrorCode::kConfiguration);
  EXPECT_EQ(query("PRAGMA user_version"), "2");
}

// data/version_1.sql is what the first release wrote; a change to a released script shows here.
TEST_F(Migration, AStoreOfVersion1StillOpens) {
  std::ifstream stream(LIVECERT_TEST_DATA "/version_1.sql");
  const std::string script{std::istreambuf_iterator<char>(stream), {}};
  ASSERT_FALSE(script.empty());
  std::filesystem::remove(file);
  ASSERT_EQ(query(script), "");

  const testing::ManualClock clock;
  auto opened = SqliteStore::open({.directory = directory.path()}, clock);
  ASSERT_TRUE(opened) << opened.error().message;
  Store& store = **opened;
  const auto credential = store.find_credential("root-key");
  ASSERT_TRUE(credential && *credential);
  EXPECT_EQ((*credential)->account.name, "root");
  const auto chain = store.find_chain(testing::chain_id(1));
  ASSERT_TRUE(chain && *chain);
  EXPECT_EQ((*chain)->summary.name, "name-1");
  EXPECT_EQ((*chain)->summary.current, base::CertId(2));
  EXPECT_EQ((*chain)->certificates.at(0), testing::content(2).leaf_der);
  EXPECT_EQ((*chain)->certificates.at(2), testing::issuer(2).der);
  const auto old = store.find_content(base::CertId(1));
  ASSERT_TRUE(old && *old);
  EXPECT_EQ((*old)->sealed_key.bytes, testing::content(1).sealed_key.bytes);
  EXPECT_EQ(store.submit(testing::context_of(testing::kRoot), testing::creation(3)).kind, OutcomeKind::kDone);
  opened->reset();
  EXPECT_EQ(testing::inspect(directory.path()), "");
}

TEST_F(Migration, AStoreOfVersion2StillOpensWithItsDomains) {
  std::ifstream stream(LIVECERT_TEST_DATA "/version_2.sql");
  const std::string script{std::istreambuf_iterator<char>(stream), {}};
  std::filesystem::remove(file);
  ASSERT_EQ(query(script), "");
  const testing::ManualClock clock;
  auto opened = SqliteStore::open({.directory = directory.path()}, clock);
  ASSERT_TRUE(opened) << opened.error().message;
  const auto found = (*opened)->find_domain("live.example.net");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->domain.status, domain::DomainStatus::kDisabled);
  EXPECT_EQ((*found)->domain.tags, (std::vector<domain::Tag>{{"stage", "test"}}));
  EXPECT_EQ((*found)->binding->chain, testing::chain_id(1));
  EXPECT_EQ((*found)->binding->bound_by, "root-key");
  EXPECT_EQ((*found)->leaf_der, testing::content(2).leaf_der);
  opened->reset();
  EXPECT_EQ(testing::inspect(directory.path()), "");
}

TEST_F(Migration, MakesInAnEmptyFileWhatEachVersionBecame) {
  // The same schema, whether a store was made new or carried along.
  const std::string schema = "SELECT group_concat(sql, char(10)) FROM (SELECT sql FROM sqlite_schema ORDER BY name)";
  std::vector<const char*> migrations;
  for (const char* migration : released_migrations()) {
    migrations.push_back(migration);
    std::ifstream stream(LIVECERT_TEST_DATA "/version_" + std::to_string(migrations.size()) + ".sql");
    const std::string script{std::istreambuf_iterator<char>(stream), {}};
    std::ofstream(file, std::ios::trunc).flush();
    ASSERT_TRUE(migrate_to(migrations));
    const std::string made = query(schema);
    std::filesystem::remove(file);
    ASSERT_EQ(query(script), "");
    EXPECT_EQ(query(schema), made);
  }
}

}  // namespace
}  // namespace livecert::store::sqlite
