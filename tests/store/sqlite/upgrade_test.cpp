#include "store/sqlite/upgrade.h"

#include <fstream>
#include <memory>
#include <set>
#include <signal.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sqlite/inspection.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"

namespace livecert::store::sqlite {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class UpgradeTest : public ::testing::Test {
 protected:
  // Makes a store as the release with that format wrote it.
  void put_version(int version) const {
    std::ifstream stream(LIVECERT_TEST_DATA "/version_" + std::to_string(version) + ".sql");
    const std::string script{std::istreambuf_iterator<char>(stream), {}};
    for (const auto& entry : fs::directory_iterator(directory.path())) fs::remove_all(entry.path());
    std::ofstream(file).flush();
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    ASSERT_EQ(query(script), "");
  }
  [[nodiscard]] base::Result<std::unique_ptr<SqliteStore>> open(UpgradeWatch watch = {}) const {
    return SqliteStore::open({.directory = directory.path(),
                              .read_leaf_names = testing::read_leaf_names,
                              .read_chain_end = testing::read_chain_end,
                              .upgrade = std::move(watch)},
                             clock);
  }
  [[nodiscard]] std::string query(const std::string& sql) const { return testing::run_sql(file, sql); }
  // All that the steps from format 1 on derive or move.
  [[nodiscard]] std::string content() const {
    return query(
               "SELECT group_concat(id || ',' || hex(chain_id) || ',' || content_key || ',' || chain_key || ',' ||"
               " representative || ',' || ifnull(current_since, ''), ';') FROM chains") +
           query("SELECT group_concat(sql, ';') FROM (SELECT sql FROM sqlite_schema ORDER BY name)");
  }
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(directory.path())) found.insert(entry.path().filename().string());
    return found;
  }

  testing::ManualClock clock;
  testing::TemporaryDirectory directory;
  const fs::path file = directory.path() / "livecert.db";
};

std::int64_t newest() {
  return static_cast<std::int64_t>(released_migrations().size());
}

TEST_F(UpgradeTest, KeepsACopyOfTheStoreAsItWas) {
  put_version(5);
  const std::string before = query("SELECT group_concat(hex(chain_id)) FROM chains");
  std::vector<std::int64_t> formats;
  std::optional<UpgradePlan> begun;
  std::optional<UpgradePlan> ended;
  const auto store = open({[&](const UpgradePlan& plan) { begun = plan; },
                           [&](const UpgradeStage& stage) {
                             if (formats.empty() || formats.back() != stage.format) formats.push_back(stage.format);
                             EXPECT_LE(stage.done, stage.total);
                           },
                           [&](const UpgradePlan& plan) { ended = plan; }});
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_TRUE(begun && ended);
  EXPECT_EQ(begun->from, 5);
  EXPECT_EQ(begun->to, newest());
  EXPECT_FALSE(begun->continues);
  EXPECT_EQ(begun->copy.filename(), "before-upgrade-format-5-20270115T080000Z.db");
  EXPECT_EQ(ended->copy, begun->copy);
  EXPECT_EQ(formats.front(), 0) << "the copy is first";
  EXPECT_EQ(formats.size(), static_cast<std::size_t>(newest() - 5 + 1));
  EXPECT_EQ(testing::run_sql(begun->copy, "PRAGMA user_version"), "5");
  EXPECT_EQ(testing::run_sql(begun->copy, "PRAGMA integrity_check"), "ok");
  EXPECT_EQ(testing::run_sql(begun->copy, "SELECT group_concat(hex(chain_id)) FROM chains"), before);
  EXPECT_EQ(fs::status(begun->copy).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_FALSE(names().contains("upgrade-begun"));
  const auto copies = find_kept_copies(directory.path());
  ASSERT_EQ(copies.size(), 1U);
  EXPECT_EQ(copies[0].format, 5);
}

TEST_F(UpgradeTest, ANewStoreAndOneOfThisFormatAreNotCopied) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(open({[](const UpgradePlan&) { ADD_FAILURE() << "begun"; }}));
    EXPECT_TRUE(find_kept_copies(directory.path()).empty());
  }
}

TEST_F(UpgradeTest, AnotherStoreThatIsPutThereDuringAnUpgradeGetsItsOwnCopy) {
  put_version(1);
  const std::string copy = "before-upgrade-format-1-20260101T000000Z.db";
  std::ofstream(directory.path() / copy).put('x');
  std::ofstream(directory.path() / "upgrade-begun") << copy << " 987654321\n";
  ASSERT_TRUE(open());
  EXPECT_EQ(find_kept_copies(directory.path()).size(), 2U);
}

// Told how often something happened, and kills the process when that was often enough. Kills none without a number.
class Killer {
 public:
  explicit Killer(int after) : left_(after) {}
  void count() {
    if (left_-- == 0) ::kill(::getpid(), SIGKILL);
  }

 private:
  int left_;
};

// Returns whether the process was killed. The child opens the store, and counts every report.
bool open_and_kill(const std::function<bool(UpgradeWatch)>& open_with, int after) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto killer = std::make_shared<Killer>(after);
    const bool opened = open_with({[killer](const UpgradePlan&) { killer->count(); },
                                   [killer](const UpgradeStage&) { killer->count(); },
                                   [killer](const UpgradePlan&) { killer->count(); }});
    ::_exit(opened ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) << status;
  return WIFSIGNALED(status);
}

// 5000 chains, so that the steps report in their middle too.
constexpr const char* kManyChains =
    "WITH RECURSIVE number (n) AS (SELECT 1001 UNION ALL SELECT n + 1 FROM number WHERE n < 6000)"
    " INSERT INTO chains (id, chain_id_prefix, chain_id, account, project, name, created_at, current_version,"
    " content_prefix, not_before, not_after)"
    " SELECT n, n, CAST(printf('%016d', n) AS BLOB), account, project, '', created_at, current_version, n, not_before,"
    " not_after FROM number, (SELECT * FROM chains LIMIT 1)";

TEST_F(UpgradeTest, ContinuesWhereverItWasKilled) {
  put_version(1);
  ASSERT_EQ(query(kManyChains), "");
  ASSERT_TRUE(open());
  const std::string expected = content();
  int places = 0;
  for (bool killed = true; killed; ++places) {
    SCOPED_TRACE("killed at report " + std::to_string(places));
    put_version(1);
    ASSERT_EQ(query(kManyChains), "");
    killed = open_and_kill([&](UpgradeWatch watch) { return open(std::move(watch)).has_value(); }, places);
    const auto copies_then = find_kept_copies(directory.path());
    {
      const auto store = open();
      ASSERT_TRUE(store) << store.error().message;
      EXPECT_TRUE((*store)->ask(&Snapshot::find_chain, testing::chain_id(1)));
    }
    EXPECT_EQ(query("PRAGMA user_version"), std::to_string(newest()));
    EXPECT_EQ(query("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(content(), expected);
    const auto copies = find_kept_copies(directory.path());
    ASSERT_EQ(copies.size(), 1U) << "one copy, whatever happened";
    EXPECT_EQ(copies[0].format, 1);
    EXPECT_EQ(testing::run_sql(copies[0].file, "PRAGMA user_version"), "1");
    EXPECT_EQ(testing::run_sql(copies[0].file, "SELECT count(*) FROM chains"), "5001");
    EXPECT_LE(copies_then.size(), 1U);
    for (const std::string& name : names()) EXPECT_THAT(name, ::testing::Not(HasSubstr("unfinished")));
    EXPECT_FALSE(names().contains("upgrade-begun"));
  }
  EXPECT_GE(places, 2 * newest()) << "at the beginning, in the copy, in each step, and at the end";
}

}  // namespace
}  // namespace livecert::store::sqlite
