#include <fstream>
#include <latch>
#include <map>
#include <mutex>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sqlite/database.h"
#include "store/sqlite/disk_model.h"
#include "store/sqlite/failing_vfs.h"
#include "store/sqlite/inspection.h"
#include "store/sqlite/sqlite_store.h"

// The power is cut at some moment while the store commits and copies its log, and again while it recovers.
namespace livecert::store::testing {
namespace {

constexpr int kCuts = 150;
// A log of a few chains, so that it is copied and restarted all the time.
constexpr sqlite::LogLimits kShortLog{.helper_begins_at = 128 << 10, .writer_finishes_at = 512 << 10};

class PowerCut : public ::testing::Test {
 protected:
  std::unique_ptr<sqlite::SqliteStore> open(const std::filesystem::path& directory, const std::string& name) {
    auto store =
        sqlite::SqliteStore::open({.directory = directory, .readers = 2, .log = kShortLog, .vfs = name}, clock);
    EXPECT_TRUE(store) << store.error().detail;
    return store ? *std::move(store) : nullptr;
  }

  // Creations and updates, up to eight at once, so that a cut falls into commits of all sizes. Returns when all are
  // answered.
  void write(Store& store) {
    const int count = any(1, 8);
    std::latch answered(count);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t number = next++;
      const PutVersion command = number % 3 == 0 ? update(chain_id(number - 1), number) : creation(number);
      store.submit(context_of(kRoot), command).start([&, number](const Outcome& outcome) {
        EXPECT_EQ(outcome.kind, OutcomeKind::kDone);
        const std::lock_guard lock(mutex);
        acknowledged.insert(number);
        answered.count_down();
      });
    }
    answered.wait();
    const std::lock_guard lock(mutex);  // the last one has let go of the latch
  }

  void expect_all(Store& store, const std::set<std::uint64_t>& numbers) {
    for (const std::uint64_t number : numbers) {
      const auto found = store.ask(&Snapshot::find_content, base::CertId(static_cast<std::int64_t>(number)));
      ASSERT_TRUE(found && *found) << number << " was acknowledged";
      ASSERT_EQ((*found)->sealed_key.bytes, content(number).sealed_key.bytes) << number;
    }
  }

  // Recovers from a cut, without another one.
  void expect_sound(const std::filesystem::path& directory, const std::set<std::uint64_t>& numbers) {
    auto store = open(directory, "");
    ASSERT_TRUE(store);
    expect_all(*store, numbers);
    store.reset();
    EXPECT_EQ(inspect(directory), "");
  }

  int any(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random); }

  ManualClock clock;
  FailingVfs vfs;
  std::mt19937 random{20261128};
  std::uint64_t next = 1;
  std::mutex mutex;
  std::set<std::uint64_t> acknowledged;  // guarded by mutex
};

TEST_F(PowerCut, LosesNothingThatWasAcknowledged) {
  const TemporaryDirectory directory;
  {
    const auto store = open(directory.path(), "");
    ASSERT_TRUE(store);
    ASSERT_TRUE(populate(*store));
  }
  DiskModel disk(random());
  vfs.watch(&disk);
  const auto store = open(directory.path(), vfs.name());
  ASSERT_TRUE(store);
  int cut_twice = 0;
  int cut_while_copying = 0;
  for (int cut = 0; cut < kCuts && !HasFailure(); ++cut) {
    SCOPED_TRACE("cut " + std::to_string(cut));
    std::set<std::uint64_t> before;
    disk.cut_before(any(1, 60), [&] {
      const std::lock_guard lock(mutex);
      before = acknowledged;
    });
    while (!disk.was_cut() && !HasFailure()) write(*store);
    ASSERT_TRUE(disk.was_cut());
    cut_while_copying += disk.was_at_stake("livecert.db") ? 1 : 0;

    const TemporaryDirectory left;
    ASSERT_TRUE(disk.leave(left.path()));
    DiskModel second(random());
    second.cut_before(any(1, 40), [] {});
    vfs.watch(&second);
    if (const auto back = open(left.path(), vfs.name())) expect_all(*back, before);
    vfs.watch(nullptr);
    expect_sound(left.path(), before);
    if (!second.was_cut()) continue;
    ++cut_twice;
    const TemporaryDirectory left_again;
    ASSERT_TRUE(second.leave(left_again.path()));
    expect_sound(left_again.path(), before);
  }
  EXPECT_GT(cut_while_copying, kCuts / 10);
  EXPECT_GT(cut_twice, kCuts / 4);
  EXPECT_GT(acknowledged.size(), 500U);
}

// Without this, the test above would prove nothing: a store that does not synchronise loses rows.
TEST_F(PowerCut, LosesWhatWasNotSynchronised) {
  const auto lost_with = [&](const std::string& synchronous) {
    int lost = 0;
    for (int cut = 0; cut < 40; ++cut) {
      const TemporaryDirectory directory;
      const TemporaryDirectory left;
      // With a log from the beginning: the journal before it is deleted, and the model has no deletions.
      EXPECT_EQ(run_sql(directory.path() / "items.db", "PRAGMA journal_mode = WAL; CREATE TABLE items (value)"), "wal");
      DiskModel disk(random());
      vfs.watch(&disk);
      const auto writer =
          sqlite::Connection::open(directory.path() / "items.db", sqlite::Connection::Mode::kReadWrite, vfs.name());
      const std::string insert = "PRAGMA synchronous = " + synchronous + "; INSERT INTO items VALUES (1)";
      EXPECT_TRUE(writer && (*writer)->execute(insert.c_str()));
      disk.cut_before(1, [] {});
      EXPECT_TRUE((*writer)->execute("INSERT INTO items VALUES (2)"));
      EXPECT_TRUE(disk.was_cut() && disk.leave(left.path()));
      lost += run_sql(left.path() / "items.db", "SELECT count(*) FROM items") == "0" ? 1 : 0;
    }
    vfs.watch(nullptr);
    return lost;
  };
  EXPECT_EQ(lost_with("FULL"), 0);
  EXPECT_GT(lost_with("OFF"), 10);
}

TEST(DiskModelControl, LeavesAnyPartOfWhatWasNotSynchronised) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "file";
  std::map<std::string, int> found;
  for (unsigned seed = 0; seed < 200; ++seed) {
    DiskModel disk(seed);
    disk.opened(path);
    disk.written(path, std::string(2048, 'a'), 0);
    disk.synchronised(path);
    disk.cut_before(2, [] {});
    disk.written(path, std::string(2048, 'b'), 1024);
    ASSERT_FALSE(disk.was_cut());
    disk.truncated(path, 0);
    ASSERT_TRUE(disk.was_cut());
    const TemporaryDirectory left;
    ASSERT_TRUE(disk.leave(left.path()));
    std::ifstream file(left.path() / "file", std::ios::binary);
    std::string sectors;
    for (std::string sector(512, '?'); file.read(sector.data(), 512);) {
      ASSERT_EQ(sector, std::string(512, sector.front())) << "half of a sector";
      sectors += sector.front() == '\0' ? '0' : sector.front();
    }
    ++found[sectors];
  }
  EXPECT_GT(found["aabbbb"], 20) << "done";
  EXPECT_GT(found["aaaa"], 20) << "lost";
  EXPECT_GT(found["aaaa00"], 20) << "the length only";
  int mixed = 0;
  for (const auto& [sectors, times] : found) {
    ASSERT_EQ(sectors.substr(0, 2), "aa") << "was synchronised";
    ASSERT_EQ(sectors.substr(0, 4).find('0'), std::string::npos) << "was synchronised, and at most written over";
    const bool whole = sectors == "aabbbb" || sectors == "aaaa" || sectors == "aaaa00";
    mixed += whole ? 0 : times;
  }
  EXPECT_GT(mixed, 20) << "some sectors";
}

}  // namespace
}  // namespace livecert::store::testing
