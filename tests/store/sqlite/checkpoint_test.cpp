#include <chrono>
#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sqlite/failing_vfs.h"
#include "store/sqlite/inspection.h"
#include "store/sqlite/sqlite_store.h"

// How the write-ahead log gets into the database, seen from the disk.
namespace livecert::store::testing {
namespace {

class Checkpoints : public ::testing::Test {
 protected:
  std::unique_ptr<sqlite::SqliteStore> open(const TemporaryDirectory& directory, sqlite::LogLimits limits) {
    sqlite::Options options{.directory = directory.path(), .vfs = disk.name()};
    options.log = limits;
    auto store = sqlite::SqliteStore::open(options, clock);
    if (!store) return nullptr;
    return *std::move(store);
  }

  // A setting of its own, so that all of its pages, 65, are copied.
  Outcome write_large(Store& store) {
    return store.submit(context_of(kRoot),
                        PutSetting{"large-" + std::to_string(++written), base::Bytes(256 * 1024, 1)});
  }

  // True when a round is. An idle writer copies by itself, so that a round that a busy machine held up tells nothing.
  static bool in_some_round(const std::function<bool()>& round) {
    for (int i = 0; i < 5; ++i) {
      if (round()) return true;
    }
    return false;
  }

  FailingVfs disk;
  ManualClock clock;
  int written = 0;
};

// A disk takes long for what was copied from the log, and nobody's commit is to wait for all of it: neither the writer,
// which copies the last, nor a commit that is synchronised meanwhile.
TEST_F(Checkpoints, AreTakenByTheDiskInSmallPieces) {
  EXPECT_TRUE(in_some_round([&] {
    const TemporaryDirectory directory;
    disk.forget_synchronised();
    auto store = open(directory, {.helper_begins_at = 4096, .writer_finishes_at = 65536});
    if (store == nullptr || !populate(*store)) return false;
    for (int i = 0; i < 1000 && disk.most_synchronised_by("checkpointer") == 0; ++i) {
      EXPECT_EQ(write_large(*store).kind, OutcomeKind::kDone);
    }
    for (int i = 0; i < 20; ++i) {
      const PutSetting command{"small", base::Bytes(1000, static_cast<std::uint8_t>(i))};
      EXPECT_EQ(store->submit(context_of(kRoot), command).kind, OutcomeKind::kDone);
    }
    store.reset();
    const int pieces = disk.most_synchronised_by("checkpointer");
    EXPECT_LE(pieces, 128) << "pages of 4 KiB, of some 4000";
    return pieces == 128 && disk.most_synchronised_by("store writer") < 1000;
  }));
}

// When the helper has copied all there is, SQLite begins the log anew without a word; the helper is needed again.
TEST_F(Checkpoints, AreTheHelpersInEveryFillingOfTheLog) {
  constexpr int kFillsOnce = 1024;
  EXPECT_TRUE(in_some_round([&] {
    const TemporaryDirectory directory;
    disk.forget_synchronised();
    auto store = open(directory, {.helper_begins_at = kFillsOnce, .writer_finishes_at = 65536});
    if (store == nullptr || !populate(*store)) return false;
    for (int filling = 0; filling < 4; ++filling) {
      for (int i = 0; i <= kFillsOnce / 65; ++i) EXPECT_EQ(write_large(*store).kind, OutcomeKind::kDone);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));  // the helper catches up; the writer is not idle yet
    }
    const int by_writer = disk.most_synchronised_by("store writer");
    store.reset();
    return disk.most_synchronised_by("checkpointer") > 0 && by_writer < kFillsOnce / 2;
  }));
}

// What SQLite counts as copied may be nowhere but in the log then: nothing may begin the log anew.
TEST_F(Checkpoints, EndForGoodWhenTheDiskFailsToTakeTheDatabase) {
  const TemporaryDirectory directory;
  auto store = open(directory, {.helper_begins_at = 512, .writer_finishes_at = 65536});
  ASSERT_TRUE(store);
  ASSERT_TRUE(populate(*store));
  disk.fail(FailingVfs::Operation::kDatabaseSync, 1, FailingVfs::Duration::kOnce);
  Outcome outcome{OutcomeKind::kDone};
  int acknowledged = 0;
  for (; outcome.kind == OutcomeKind::kDone && acknowledged < 2000; ++acknowledged) outcome = write_large(*store);
  --acknowledged;
  EXPECT_TRUE(disk.has_failed());
  EXPECT_EQ(outcome.kind, OutcomeKind::kUnavailable);
  EXPECT_THAT(outcome.subject, ::testing::HasSubstr("started again"));
  EXPECT_EQ(write_large(*store).kind, OutcomeKind::kUnavailable) << "though the disk takes what is written now";
  EXPECT_TRUE(*store->find_setting("large-1")) << "reads go on";

  store.reset();
  EXPECT_GT(std::filesystem::file_size(directory.path() / "livecert.db-wal"), 512U * 4096U) << "left as it was";
  store = open(directory, {});
  ASSERT_TRUE(store);
  for (int i = 1; i <= acknowledged; ++i) {
    const auto found = store->find_setting("large-" + std::to_string(i));
    ASSERT_TRUE(found);
    EXPECT_TRUE(*found) << i;
  }
  EXPECT_EQ(write_large(*store).kind, OutcomeKind::kDone);
  store.reset();
  EXPECT_EQ(inspect(directory.path()), "");
}

// The helper is asked again before the log is so long that the writer has to do it all.
TEST_F(Checkpoints, AreTriedAgainAfterTheHelperFailed) {
  EXPECT_TRUE(in_some_round([&] {
    const TemporaryDirectory directory;
    auto store = open(directory, {.helper_begins_at = 1024, .writer_finishes_at = 65536});
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
