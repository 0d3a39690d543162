#include <chrono>
#include <fstream>
#include <functional>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sqlite/copy_store.h"
#include "store/sqlite/database.h"
#include "store/sqlite/failing_vfs.h"
#include "store/sqlite/inspection.h"
#include "store/sqlite/inventory.h"
#include "store/sqlite/sqlite_store.h"

// The way of the write-ahead log into the database, seen from the disk.
namespace livecert::store::testing {
namespace {

constexpr std::int64_t kPage = 2048;
constexpr std::int64_t kNever = 256LL << 20;  // more than is written here

class Checkpoints : public ::testing::Test {
 protected:
  std::unique_ptr<sqlite::SqliteStore> open(const TemporaryDirectory& directory, sqlite::LogLimits limits) {
    sqlite::Options options{.directory = directory.path(), .vfs = disk.name()};
    options.log = limits;
    options.report = [this](const std::string& why) {
      const std::lock_guard lock(mutex);
      reported.push_back(why);
    };
    options.on_failed_sync = options.report;
    auto store = sqlite::SqliteStore::open(options, clock);
    EXPECT_TRUE(store) << store.error().message << " " << store.error().detail;
    if (!store) return nullptr;
    return *std::move(store);
  }

  // Writes a new setting, so that all of its pages, 129 of 2 KiB, are copied.
  Outcome write_large(Store& store) {
    return store.submit(context_of(kRoot), PutSetting{"large-" + std::to_string(++written), base::Bytes(256 * 1024, 1)})
        .wait();
  }

  bool has_reported() {
    const std::lock_guard lock(mutex);
    return !reported.empty();
  }

  // Writes until the n-th synchronisation of the database has failed, and the store says so.
  void fail_a_sync(Store& store, int n, FailingVfs::Duration duration) {
    written = 0;
    reported.clear();
    disk.fail(FailingVfs::Operation::kDatabaseSync, n, duration);
    for (int i = 0; i < 1000 && !has_reported(); ++i) {
      if (write_large(store).kind == OutcomeKind::kDone) continue;
      --written;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));  // the report follows
    }
    ASSERT_TRUE(has_reported());
  }

  // Expects a reader to see everything that was written.
  void expect_all(Store& store) const {
    for (int i = 1; i <= written; ++i) {
      const auto found = store.ask(&Snapshot::find_setting, "large-" + std::to_string(i));
      ASSERT_TRUE(found) << found.error().detail;
      EXPECT_EQ(*found, base::Bytes(256 * 1024, 1)) << i;
    }
  }

  // True when one of the rounds is. An idle writer copies by itself, so a round that a busy machine held up shows
  // nothing.
  static bool in_some_round(const std::function<bool()>& round) {
    for (int i = 0; i < 5; ++i) {
      if (round()) return true;
    }
    return false;
  }

  FailingVfs disk;
  ManualClock clock;
  int written = 0;
  std::mutex mutex;
  std::vector<std::string> reported;
};

// A disk takes long for the pages that were copied from the log, and no commit may wait for all of it: neither the
// writer, which copies the last pages, nor a commit that is synchronised meanwhile.
TEST_F(Checkpoints, AreTakenByTheDiskInSmallPieces) {
  constexpr int kBegins = 2048;  // pages
  EXPECT_TRUE(in_some_round([&] {
    const TemporaryDirectory directory;
    auto store = open(directory, {.helper_begins_at = kBegins * kPage, .writer_finishes_at = kNever});
    if (store == nullptr || !populate(*store)) return false;
    disk.forget_synchronised();
    for (int i = 0; i < kBegins / 129; ++i) EXPECT_EQ(write_large(*store).kind, OutcomeKind::kDone);
    // Until the writer has restarted the log; its pauses are too short for it to copy everything itself.
    for (int i = 0; i < 10000 && disk.most_synchronised_by("store writer") == 0; ++i) {
      const PutSetting command{"small", base::Bytes(1000, static_cast<std::uint8_t>(i))};
      EXPECT_EQ(store->submit(context_of(kRoot), command).wait().kind, OutcomeKind::kDone);
    }
    const int by_writer = disk.most_synchronised_by("store writer");
    EXPECT_LE(disk.most_synchronised_by("checkpointer"), 256);
    return disk.most_synchronised_by("checkpointer") == 256 && by_writer > 0 && by_writer < kBegins / 4;
  })) << "pages; at once: "
      << disk.most_synchronised_by("checkpointer") << ", " << disk.most_synchronised_by("store writer");
}

// When the helper has copied everything, SQLite restarts the log silently; the helper is then needed again.
TEST_F(Checkpoints, AreTheHelpersInEveryFillingOfTheLog) {
  constexpr int kFillsOnce = 2048;  // pages
  EXPECT_TRUE(in_some_round([&] {
    const TemporaryDirectory directory;
    disk.forget_synchronised();
    auto store = open(directory, {.helper_begins_at = kFillsOnce * kPage, .writer_finishes_at = kNever});
    if (store == nullptr || !populate(*store)) return false;
    for (int filling = 0; filling < 4; ++filling) {
      for (int i = 0; i <= kFillsOnce / 129; ++i) EXPECT_EQ(write_large(*store).kind, OutcomeKind::kDone);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));  // the helper catches up; the writer is not idle yet
    }
    const int by_writer = disk.most_synchronised_by("store writer");
    store.reset();
    return disk.most_synchronised_by("checkpointer") > 0 && by_writer < kFillsOnce / 2;
  }));
}

// The disk reports late that it did not take the copied pages, and then pages that were counted as copied long ago may
// be only in the log. Any synchronisation may fail: the helper's small ones, its last one, the writer's.
TEST_F(Checkpoints, CloseTheStoreWhenTheDiskFailedToTakeTheDatabase) {
  for (int n = 1; n <= 12; ++n) {
    SCOPED_TRACE(n);
    const TemporaryDirectory directory;
    auto store = open(directory, {.helper_begins_at = 1024 * kPage, .writer_finishes_at = kNever});
    ASSERT_TRUE(store);
    ASSERT_TRUE(populate(*store));
    fail_a_sync(*store, n, FailingVfs::Duration::kOnce);
    const auto unread = store->ask(&Snapshot::find_setting, "large-1");
    ASSERT_FALSE(unread);
    EXPECT_THAT(unread.error().detail, ::testing::HasSubstr("until livecert is started again"));
    const int kept = written;
    const Outcome refused = write_large(*store);
    EXPECT_EQ(refused.kind, OutcomeKind::kUnavailable);
    EXPECT_THAT(refused.why, ::testing::HasSubstr("until livecert is started again"));
    written = kept;
    EXPECT_EQ(store->health().state, Health::State::kFailing);
    EXPECT_THAT(store->health().why, ::testing::HasSubstr("the log still holds it"));

    store.reset();
    EXPECT_THAT(reported, ::testing::ElementsAre(::testing::StartsWith("SQLite ")));
    store = open(directory, {});
    ASSERT_TRUE(store);
    expect_all(*store);
    EXPECT_EQ(write_large(*store).kind, OutcomeKind::kDone);
    EXPECT_EQ(store->health().state, Health::State::kSound);
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "sync-failed"));
    store.reset();
    EXPECT_EQ(inspect(directory.path()), "");
  }
}

// What the log's index counts lives as long as anybody has the store open, were it only to look at it. And who may
// write removes the log when it closes the store as the last one.
class WithATool : public Checkpoints, public ::testing::WithParamInterface<sqlite::Connection::Mode> {};

TEST_P(WithATool, CheckpointsWaitAfterAFailureUntilNobodyHasTheStoreOpen) {
  for (int n = 1; n <= 12; ++n) {
    SCOPED_TRACE(n);
    const TemporaryDirectory directory;
    auto store = open(directory, {.helper_begins_at = 1024 * kPage, .writer_finishes_at = kNever});
    ASSERT_TRUE(store);
    ASSERT_TRUE(populate(*store));
    auto tool = sqlite::Connection::open(directory.path() / "livecert.db", GetParam(), "");
    ASSERT_TRUE(tool);
    ASSERT_TRUE((*tool)->read_integer("SELECT count(*) FROM settings"));
    fail_a_sync(*store, n, FailingVfs::Duration::kFromThenOn);
    store.reset();
    disk.stop_failing();

    const auto refused = sqlite::SqliteStore::open({.directory = directory.path(), .vfs = disk.name()}, clock);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::ErrorCode::kConfiguration);
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr("Close that program"));
    tool->reset();
    store = open(directory, {});
    ASSERT_TRUE(store);
    expect_all(*store);
    store.reset();
    EXPECT_EQ(inspect(directory.path()), "");
  }
}

// The tool may end before anybody starts livecert again, and then only the kept log tells what happened.
TEST_P(WithATool, LosesNothingWhenItClosesTheStoreAfterAFailure) {
  for (int n = 1; n <= 12; ++n) {
    SCOPED_TRACE(n);
    const TemporaryDirectory directory;
    auto store = open(directory, {.helper_begins_at = 1024 * kPage, .writer_finishes_at = kNever});
    ASSERT_TRUE(store);
    ASSERT_TRUE(populate(*store));
    auto tool = sqlite::Connection::open(directory.path() / "livecert.db", GetParam(), "");
    ASSERT_TRUE(tool);
    if (n % 2 == 0) {
      ASSERT_TRUE((*tool)->run("BEGIN"));
    }
    ASSERT_TRUE((*tool)->read_integer("SELECT count(*) FROM settings"));
    fail_a_sync(*store, n, FailingVfs::Duration::kFromThenOn);
    store.reset();
    disk.stop_failing();
    tool->reset();

    store = open(directory, {});
    ASSERT_TRUE(store);
    expect_all(*store);
    EXPECT_EQ(write_large(*store).kind, OutcomeKind::kDone);
    store.reset();
    EXPECT_EQ(inspect(directory.path()), "");
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "sync-failed"));
    store = open(directory, {});
    ASSERT_TRUE(store);
    expect_all(*store);
  }
}

INSTANTIATE_TEST_SUITE_P(Tools, WithATool,
                         ::testing::Values(sqlite::Connection::Mode::kReadOnly, sqlite::Connection::Mode::kReadWrite),
                         [](const auto& tool) {
                           return tool.param == sqlite::Connection::Mode::kReadOnly ? "ThatReads" : "ThatMayWrite";
                         });

// A store whose only copy of something is gone must not be served as if it were whole.
TEST_F(Checkpoints, RefuseAStoreWhoseLogWasLostAfterAFailure) {
  const TemporaryDirectory directory;
  auto store = open(directory, {.helper_begins_at = 1024 * kPage, .writer_finishes_at = kNever});
  ASSERT_TRUE(store);
  ASSERT_TRUE(populate(*store));
  fail_a_sync(*store, 3, FailingVfs::Duration::kFromThenOn);
  store.reset();
  disk.stop_failing();
  const std::filesystem::path log = directory.path() / "livecert.db-wal";
  const std::filesystem::path kept = directory.path() / "sync-failed";
  const auto refusal = [&] {
    const auto opened = sqlite::SqliteStore::open({.directory = directory.path(), .vfs = disk.name()}, clock);
    return opened ? "opened" : opened.error().message;
  };
  std::filesystem::remove(log);
  std::filesystem::remove(kept);
  { const std::ofstream empty(kept); }
  EXPECT_THAT(refusal(), ::testing::HasSubstr("the log that held them is gone. Restore a backup"));
  std::ofstream(kept) << std::string(100, 'a');
  std::ofstream(log) << std::string(100, 'b');
  EXPECT_THAT(refusal(), ::testing::HasSubstr("another program has written to it since"));
}

// Played onto another database, the log would make a state that never was.
TEST_F(Checkpoints, DoNotPutTheKeptLogBesideAnotherDatabase) {
  const TemporaryDirectory directory;
  auto store = open(directory, {.helper_begins_at = 1024 * kPage, .writer_finishes_at = kNever});
  ASSERT_TRUE(store);
  ASSERT_TRUE(populate(*store));
  fail_a_sync(*store, 3, FailingVfs::Duration::kFromThenOn);
  store.reset();
  disk.stop_failing();
  const std::filesystem::path database = directory.path() / "livecert.db";
  const std::filesystem::path own = directory.path() / "own";
  std::filesystem::remove(database.string() + "-wal");
  std::filesystem::rename(database, own);
  std::filesystem::copy_file(own, database);
  const auto refused = sqlite::SqliteStore::open({.directory = directory.path(), .vfs = disk.name()}, clock);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, base::ErrorCode::kConfiguration);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("not known to belong to livecert.db"));
  EXPECT_FALSE(std::filesystem::exists(database.string() + "-wal"));

  std::filesystem::rename(own, database);
  store = open(directory, {});
  ASSERT_TRUE(store);
  expect_all(*store);
  store.reset();
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "sync-failed.database"));
}

// What only reads does not put the log back, and without it sees an older state.
TEST_F(Checkpoints, AreNotReadWithoutTheKeptLog) {
  const TemporaryDirectory directory;
  auto store = open(directory, {.helper_begins_at = 1024 * kPage, .writer_finishes_at = kNever});
  ASSERT_TRUE(store);
  ASSERT_TRUE(populate(*store));
  fail_a_sync(*store, 3, FailingVfs::Duration::kFromThenOn);
  store.reset();
  disk.stop_failing();
  const std::filesystem::path database = directory.path() / "livecert.db";
  const std::filesystem::path copy = directory.path() / "copy";
  EXPECT_TRUE(sqlite::Inventory::open(database)) << "the log is in its place";
  std::filesystem::remove(database.string() + "-wal");
  const auto inventory = sqlite::Inventory::open(database);
  ASSERT_FALSE(inventory);
  EXPECT_EQ(inventory.error().code, base::ErrorCode::kConfiguration);
  EXPECT_THAT(inventory.error().message, ::testing::HasSubstr("Start the service once: it puts the log back"));
  const auto copied = sqlite::copy_store(database, copy, {});
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().message, inventory.error().message);
  EXPECT_FALSE(std::filesystem::exists(copy));
  ASSERT_TRUE(open(directory, {}));
  EXPECT_TRUE(sqlite::Inventory::open(database));
}

// A tool is in the way of nothing as long as no synchronisation has failed.
TEST_F(Checkpoints, DoNotMindAToolOtherwise) {
  const TemporaryDirectory directory;
  auto store = open(directory, {});
  ASSERT_TRUE(store);
  ASSERT_TRUE(populate(*store));
  auto tool = sqlite::Connection::open(directory.path() / "livecert.db", sqlite::Connection::Mode::kReadOnly, "");
  ASSERT_TRUE(tool);
  ASSERT_TRUE((*tool)->read_integer("SELECT count(*) FROM settings"));
  store.reset();
  EXPECT_TRUE(open(directory, {}));
}

// An attempt copies the whole log, and the next commit waits for it: after a failed write, not every pause is for an
// attempt.
TEST_F(Checkpoints, AreNotTriedInEveryPauseAfterAWriteFailed) {
  constexpr std::chrono::milliseconds kPause{300};  // longer than the writer waits before it copies the log
  const TemporaryDirectory directory;
  auto store = open(directory, {.helper_begins_at = 4096 * kPage, .writer_finishes_at = kNever});
  ASSERT_TRUE(store);
  ASSERT_TRUE(populate(*store));
  disk.fail(FailingVfs::Operation::kDatabaseWrite, 120, FailingVfs::Duration::kOnce);
  ASSERT_EQ(write_large(*store).kind, OutcomeKind::kDone);
  for (int i = 0; i < 100 && !has_reported(); ++i) std::this_thread::sleep_for(kPause / 10);
  ASSERT_TRUE(has_reported());
  const int copied = disk.unsynchronised();
  EXPECT_GE(copied, 119);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(write_large(*store).kind, OutcomeKind::kDone);
    std::this_thread::sleep_for(kPause);
  }
  EXPECT_EQ(disk.unsynchronised(), copied);
  disk.stop_failing();
}

// The helper is asked again before the log is so long that the writer must copy everything.
TEST_F(Checkpoints, AreTriedAgainAfterTheHelperFailed) {
  EXPECT_TRUE(in_some_round([&] {
    const TemporaryDirectory directory;
    auto store = open(directory, {.helper_begins_at = 2048 * kPage, .writer_finishes_at = kNever});
    if (store == nullptr || !populate(*store)) return false;
    disk.forget_synchronised();
    disk.fail(FailingVfs::Operation::kDatabaseWrite, 1, FailingVfs::Duration::kOnce);
    for (int i = 0; i < 100 && disk.most_synchronised_by("checkpointer") == 0; ++i) {
      EXPECT_EQ(write_large(*store).kind, OutcomeKind::kDone);
    }
    return disk.has_failed() && disk.most_synchronised_by("checkpointer") > 0;
  }));
  disk.stop_failing();
}

}  // namespace
}  // namespace livecert::store::testing
