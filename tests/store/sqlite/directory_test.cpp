#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sqlite/inspection.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"

// The store's demands on its directory and its file, before it touches either.
namespace livecert::store::testing {
namespace {

using ::testing::HasSubstr;

class Opening : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return directory.path() / "livecert.db"; }

  base::Result<std::unique_ptr<sqlite::SqliteStore>> open() {
    return sqlite::SqliteStore::open({.directory = directory.path()}, clock);
  }
  void make_store() {
    auto store = open();
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE(populate(**store));
  }
  // Opening must fail for this reason and leave the file as it is.
  void expect_refusal(const std::string& reason) {
    const std::string before = bytes();
    const auto store = open();
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, base::ErrorCode::kConfiguration);
    EXPECT_THAT(store.error().message, HasSubstr(reason));
    EXPECT_THAT(store.error().message, HasSubstr(directory.path().string()));
    EXPECT_EQ(bytes(), before);
  }
  [[nodiscard]] std::string bytes() const {
    std::ifstream stream(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  ManualClock clock;
  TemporaryDirectory directory;
};

mode_t mode_of(const std::filesystem::path& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? facts.st_mode & 0777U : 0;
}

TEST_F(Opening, MakesFilesThatOnlyTheirOwnerReads) {
  const mode_t before = ::umask(0);
  auto store = open();
  ASSERT_TRUE(store);
  EXPECT_TRUE(populate(**store));
  ::umask(before);
  for (const char* name : {"lock", "livecert.db", "livecert.db-wal", "livecert.db-shm"}) {
    EXPECT_EQ(mode_of(directory.path() / name), 0600U) << name;
  }
}

TEST_F(Opening, RefusesADirectoryInUseAndNamesTheProcess) {
  auto first = open();
  ASSERT_TRUE(first);
  auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::kConfiguration);
  EXPECT_THAT(second.error().message, HasSubstr(directory.path().string()));
  EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(::getpid())));
  first->reset();
  EXPECT_TRUE(open());
}

TEST_F(Opening, RefusesADirectoryThatIsMissingOrOpenToOthers) {
  ASSERT_EQ(::chmod(directory.path().c_str(), 0777), 0);
  expect_refusal("chmod go-w");
  ASSERT_EQ(::chmod(directory.path().c_str(), 0770), 0);
  expect_refusal("chmod go-w");
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "lock"));
  ASSERT_EQ(::chmod(directory.path().c_str(), 0750), 0);
  EXPECT_TRUE(open());

  const auto missing = sqlite::SqliteStore::open({.directory = directory.path() / "missing"}, clock);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().message, HasSubstr("No such file"));
  const auto no_directory = sqlite::SqliteStore::open({.directory = file()}, clock);
  ASSERT_FALSE(no_directory);
  EXPECT_THAT(no_directory.error().message, HasSubstr("not a directory"));
}

TEST_F(Opening, RefusesADirectoryItMayNotWriteTo) {
  // Permissions do not stop the superuser; a directory in the lock's place stops all users.
  std::filesystem::create_directory(directory.path() / "lock");
  expect_refusal("cannot be locked");
  if (::geteuid() == 0) GTEST_SKIP() << "the rest needs an ordinary user";
  std::filesystem::remove(directory.path() / "lock");
  ASSERT_EQ(::chmod(directory.path().c_str(), 0500), 0);
  expect_refusal("cannot be locked: Permission denied");
  ASSERT_EQ(::chmod(directory.path().c_str(), 0700), 0);
}

TEST_F(Opening, RefusesAStoreOfANewerRelease) {
  make_store();
  run_sql(file(), "PRAGMA user_version = 4711; PRAGMA wal_checkpoint(TRUNCATE)");
  expect_refusal("newer release (format 4711");
}

TEST_F(Opening, RefusesTheDatabaseOfAnotherProgram) {
  run_sql(file(), "CREATE TABLE things (id INTEGER PRIMARY KEY)");
  expect_refusal("another program");
  run_sql(file(), "PRAGMA application_id = 12345");
  expect_refusal("another program");
}

TEST_F(Opening, RefusesWhatIsNoDatabase) {
  std::ofstream(file()) << std::string(10'000, 'x');
  expect_refusal("damaged or is not a SQLite database");
  std::ofstream(file()) << "short";
  expect_refusal("damaged or is not a SQLite database");
}

TEST_F(Opening, RefusesAFileWithoutItsEnd) {
  make_store();
  std::filesystem::resize_file(file(), std::filesystem::file_size(file()) / 2);
  expect_refusal("its end is missing");
}

TEST_F(Opening, RefusesAFileWhoseSchemaIsDamaged) {
  make_store();
  std::fstream stream(file(), std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(100);
  stream << std::string(2000, '\xff');
  stream.close();
  const auto store = open();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, base::ErrorCode::kConfiguration);
  EXPECT_THAT(store.error().message, HasSubstr("malformed"));
  EXPECT_THAT(store.error().message, HasSubstr("restore it from a backup"));
}

TEST_F(Opening, RefusesALogWithoutItsFile) {
  make_store();
  std::ofstream(file().string() + "-wal") << "something that was committed";
  std::filesystem::rename(file(), directory.path() / "moved.db");
  expect_refusal("is missing but its write-ahead log");
}

TEST_F(Opening, ReportsDamageFoundLaterAsAFailedRead) {
  {
    auto store = open();
    ASSERT_TRUE(store);
    ASSERT_TRUE(populate(**store));
    ASSERT_EQ((*store)->submit(context_of(kRoot), creation(1)).wait().kind, OutcomeKind::kDone);
  }
  run_sql(file(),
          "PRAGMA foreign_keys = OFF; UPDATE chains SET chain_id = x'00'; UPDATE versions SET content_digest = x''");
  auto store = open();
  ASSERT_TRUE(store);
  ChainFilter filter;
  filter.account = kRoot;
  const auto page = (*store)->ask(&Snapshot::list_chains, filter, {}, 0, 10);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, base::ErrorCode::kStoreFailure);
  EXPECT_THAT(page.error().detail, HasSubstr("wrong size"));
  const auto content_found = (*store)->ask(&Snapshot::find_content, base::CertId(1));
  EXPECT_FALSE(content_found);
}

}  // namespace
}  // namespace livecert::store::testing
