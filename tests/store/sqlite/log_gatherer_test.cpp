#include "store/sqlite/log_gatherer.h"

#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sqlite/database.h"
#include "store/sqlite/failing_vfs.h"

namespace livecert::store::sqlite {
namespace {

using store::testing::FailingVfs;
using store::testing::TemporaryDirectory;

class LogGatherer : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(file).close();
    writer = open(log_gathering_vfs(disk.name()), Connection::Mode::kReadWrite);
    ASSERT_TRUE(
        writer->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
                        "CREATE TABLE items (id INTEGER PRIMARY KEY, value BLOB NOT NULL);"));
  }
  std::unique_ptr<Connection> open(const std::string& vfs, Connection::Mode mode) {
    auto opened = Connection::open(file, mode, vfs);
    EXPECT_TRUE(opened);
    return opened ? *std::move(opened) : nullptr;
  }
  bool insert(int count, int bytes = 3000) {
    return writer
        ->execute(("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
                   std::to_string(count) + ") INSERT INTO items (value) SELECT randomblob(" + std::to_string(bytes) +
                   ") FROM n")
                      .c_str())
        .has_value();
  }
  static std::int64_t count(Connection& connection) { return *connection.read_integer("SELECT count(*) FROM items"); }
  // The number that a connection with the default VFS finds at this moment.
  std::int64_t count_elsewhere() {
    const auto reader = open("", Connection::Mode::kReadWrite);
    EXPECT_EQ(*reader->read_integer("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), 0);
    return count(*reader);
  }

  // The same after the process was killed, when there is no index of the log's frames yet and SQLite reads the log to
  // its end.
  std::int64_t count_after_crash() {
    const TemporaryDirectory other;
    for (const char* name : {"items.db", "items.db-wal"}) {
      std::filesystem::copy_file(directory.path() / name, other.path() / name);
    }
    const auto found = Connection::open(other.path() / "items.db", Connection::Mode::kReadWrite, "");
    return found ? count(**found) : -1;
  }
  std::uintmax_t log_bytes() const { return std::filesystem::file_size(directory.path() / "items.db-wal"); }

  FailingVfs disk;
  TemporaryDirectory directory;
  std::filesystem::path file = directory.path() / "items.db";
  std::unique_ptr<Connection> writer;
};

TEST_F(LogGatherer, TakesOneWriteForACommitOfManyPages) {
  disk.fail(FailingVfs::Operation::kWrite, 2, FailingVfs::Duration::kFromThenOn);
  EXPECT_TRUE(insert(15));
  EXPECT_FALSE(disk.has_failed());
  disk.stop_failing();
  EXPECT_EQ(count_elsewhere(), 15);
}

// SQLite's own VFS writes no more than 128 KiB at once.
TEST_F(LogGatherer, WritesTransactionsOfAnySize) {
  std::int64_t expected = 0;
  for (const int items : {1, 29, 30, 31, 32, 33, 63, 64, 65, 2000}) {
    ASSERT_TRUE(insert(items)) << items;
    expected += items;
    EXPECT_EQ(count_elsewhere(), expected);
  }
}

// A transaction larger than the cache goes to the log before its end, and is read from there.
TEST_F(LogGatherer, FindsWhatItWroteInTheSameTransaction) {
  ASSERT_TRUE(writer->execute("PRAGMA cache_size = 10; BEGIN"));
  ASSERT_TRUE(insert(500));
  EXPECT_EQ(count(*writer), 500);
  EXPECT_EQ(*writer->read_integer("SELECT count(*) FROM items WHERE length(value) = 3000"), 500);
  EXPECT_EQ(count_elsewhere(), 0);
  ASSERT_TRUE(writer->execute("UPDATE items SET value = randomblob(2999) WHERE id % 7 = 0; COMMIT"));
  EXPECT_EQ(*writer->read_integer("SELECT count(*) FROM items WHERE length(value) = 2999"), 71);
  EXPECT_EQ(count_elsewhere(), 500);
}

TEST_F(LogGatherer, LeavesNothingOfWhatWasRolledBack) {
  ASSERT_TRUE(writer->execute("PRAGMA cache_size = 10; BEGIN"));
  ASSERT_TRUE(insert(500));
  ASSERT_TRUE(writer->execute("ROLLBACK"));
  ASSERT_TRUE(insert(3));
  EXPECT_EQ(count(*writer), 3);
  EXPECT_EQ(count_elsewhere(), 3);
}

TEST_F(LogGatherer, AWriteThatFailsFailsTheCommitAndNotTheNextOne) {
  for (const auto operation : {FailingVfs::Operation::kWrite, FailingVfs::Operation::kTornWrite,
                               FailingVfs::Operation::kFullDisk, FailingVfs::Operation::kSync}) {
    const std::int64_t before = count(*writer);
    disk.fail(operation, 1, FailingVfs::Duration::kOnce);
    EXPECT_FALSE(insert(10));
    EXPECT_TRUE(disk.has_failed());
    disk.stop_failing();
    EXPECT_EQ(count(*writer), before);
    ASSERT_TRUE(insert(2));
    EXPECT_EQ(count_elsewhere(), before + 2);
  }
}

TEST_F(LogGatherer, StartsTheLogAnewAfterACheckpoint) {
  ASSERT_TRUE(insert(200));
  ASSERT_TRUE(writer->execute("PRAGMA wal_checkpoint(RESTART)"));
  ASSERT_TRUE(insert(5));
  EXPECT_EQ(count_elsewhere(), 205);
  ASSERT_TRUE(writer->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  EXPECT_EQ(std::filesystem::file_size(directory.path() / "items.db-wal"), 0U);
  ASSERT_TRUE(insert(5));
  EXPECT_EQ(count_elsewhere(), 210);
}

// The cost of synchronising depends on it: see docs/adr/0011-the-log-is-laid-out-ahead.md.
TEST_F(LogGatherer, FewCommitsMakeTheFileGrow) {
  int grown = 0;
  for (int commit = 1; commit <= 200; ++commit) {
    const auto before = log_bytes();
    ASSERT_TRUE(insert(1));
    if (log_bytes() != before) ++grown;
    if (commit % 10 == 0) {
      EXPECT_EQ(count_after_crash(), commit);
    }
  }
  EXPECT_GE(grown, 1);
  EXPECT_LE(grown, 10);
}

TEST_F(LogGatherer, CommitsWhereThereIsNoRoomAhead) {
  bool failed = false;
  for (int commit = 1; commit <= 200; ++commit) {
    disk.fail(FailingVfs::Operation::kFullDisk, 2, FailingVfs::Duration::kFromThenOn);
    ASSERT_TRUE(insert(1)) << commit;
    failed = failed || disk.has_failed();
    disk.stop_failing();
    if (commit % 10 == 0) {
      EXPECT_EQ(count_after_crash(), commit);
    }
  }
  EXPECT_TRUE(failed);
}

TEST_F(LogGatherer, ALargeTransactionIsNotWrittenTwice) {
  ASSERT_TRUE(insert(2000));
  constexpr std::uintmax_t kHeader = 32;
  constexpr std::uintmax_t kFrame = 24 + 4096;
  EXPECT_EQ((log_bytes() - kHeader) % kFrame, 0U);
  EXPECT_EQ(count_after_crash(), 2000);
}

TEST_F(LogGatherer, LaysOutAnewAfterTheLogWasCutShort) {
  ASSERT_TRUE(insert(1));
  const auto laid_out = log_bytes();
  ASSERT_TRUE(writer->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  ASSERT_EQ(log_bytes(), 0U);
  ASSERT_TRUE(insert(1));
  EXPECT_EQ(log_bytes(), laid_out);
  EXPECT_EQ(count_after_crash(), 2);
}

// Then a failed sync has failed for them too, and a successful one has made the file as long as it stays.
TEST_F(LogGatherer, LaysOutBeforeItSynchronises) {
  ASSERT_TRUE(writer->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  disk.fail(FailingVfs::Operation::kSync, 1, FailingVfs::Duration::kOnce);
  EXPECT_FALSE(insert(1));
  EXPECT_TRUE(disk.has_failed());
  EXPECT_GT(log_bytes(), 200U * 1024);
}

TEST_F(LogGatherer, GoesOnInALogThatWasLaidOutBeforeItWasOpened) {
  const auto other = open("", Connection::Mode::kReadWrite);  // the last one to close would remove the log
  ASSERT_EQ(count(*other), 0);
  ASSERT_TRUE(insert(1));
  const auto laid_out = log_bytes();
  writer = open(log_gathering_vfs(disk.name()), Connection::Mode::kReadWrite);
  ASSERT_TRUE(writer->execute("PRAGMA synchronous = FULL"));
  ASSERT_TRUE(insert(2));
  EXPECT_EQ(log_bytes(), laid_out);
  EXPECT_EQ(count_after_crash(), 3);
}

TEST(LogGatheringVfs, IsRegisteredOnceAndStandsForNothingElse) {
  EXPECT_EQ(log_gathering_vfs(""), log_gathering_vfs(""));
  EXPECT_EQ(log_gathering_vfs("no such VFS"), "no such VFS") << "whose opening fails and says why";
}

}  // namespace
}  // namespace livecert::store::sqlite
