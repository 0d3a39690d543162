#include <fstream>
#include <iterator>
#include <latch>
#include <mutex>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sqlite/disk_model.h"
#include "store/sqlite/failing_vfs.h"
#include "store/sqlite/inspection.h"
#include "store/sqlite/sqlite_store.h"

// The power is cut at some moment while the store commits and copies its log, and again while it comes back.
namespace livecert::store::testing {
namespace {

constexpr int kCuts = 150;
// A few chains long, so that it is copied and begun anew all the time.
constexpr sqlite::LogLimits kShortLog{.helper_begins_at = 128 << 10, .writer_finishes_at = 512 << 10};

class PowerCut : public ::testing::Test {
 protected:
  std::unique_ptr<sqlite::SqliteStore> open(const std::filesystem::path& directory, const std::string& name) {
    auto store =
        sqlite::SqliteStore::open({.directory = directory, .readers = 2, .log = kShortLog, .vfs = name}, clock);
    EXPECT_TRUE(store) << store.error().detail;
    return store ? *std::move(store) : nullptr;
  }

  // Creations and updates, up to eight at once. They wait for each other, so that a cut falls into commits of all
  // sizes.
  void write(Store& store) {
    const int count = std::uniform_int_distribution<int>(1, 8)(random);
    std::latch answered(count);
    for (int i = 0; i < count; ++i) {
      const std::uint64_t number = next++;
      const PutVersion command = number % 3 == 0 ? update(chain_id(number - 1), number) : creation(number);
      store.submit_async(context_of(kRoot), command, [&, number](const Outcome& outcome) {
        EXPECT_EQ(outcome.kind, OutcomeKind::kDone);
        const std::lock_guard lock(mutex);
        acknowledged.insert(number);
        answered.count_down();
      });
    }
    answered.wait();
  }

  void expect_all(Store& store, const std::set<std::uint64_t>& numbers) {
    for (const std::uint64_t number : numbers) {
      const auto found = store.find_content(base::CertId(static_cast<std::int64_t>(number)));
      ASSERT_TRUE(found && *found) << number << " was acknowledged";
      ASSERT_EQ((*found)->sealed_key.bytes, content(number).sealed_key.bytes) << number;
    }
  }

  // Comes back from what a cut left, without another one.
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
  for (int cut = 0; cut < kCuts && !HasFailure(); ++cut) {
    SCOPED_TRACE("cut " + std::to_string(cut));
    std::set<std::uint64_t> before;
    disk.cut_before(any(1, 60), [&] {
      const std::lock_guard lock(mutex);
      before = acknowledged;
    });
    while (!disk.was_cut()) write(*store);

    const TemporaryDirectory left;
    disk.leave(left.path());
    DiskModel second(random());
    second.cut_before(any(1, 40), [] {});
    vfs.watch(&second);
    if (const auto back = open(left.path(), vfs.name())) expect_all(*back, before);
    vfs.watch(nullptr);
    expect_sound(left.path(), before);
    if (!second.was_cut()) continue;
    ++cut_twice;
    const TemporaryDirectory left_again;
    second.leave(left_again.path());
    expect_sound(left_again.path(), before);
  }
  EXPECT_GT(cut_twice, kCuts / 4);
  EXPECT_GT(acknowledged.size(), 500U);
}

// Or the test above would prove nothing.
TEST(DiskModelControl, LosesWhatWasNotSynchronised) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "file";
  int lost = 0;
  for (unsigned seed = 0; seed < 100; ++seed) {
    DiskModel disk(seed);
    disk.opened(path);
    disk.written(path, std::string(2000, 'a'), 0);
    disk.synchronised(path);
    disk.written(path, std::string(2000, 'b'), 1000);
    disk.cut_before(1, [] {});
    disk.truncated(path, 0);
    ASSERT_TRUE(disk.was_cut());
    const TemporaryDirectory left;
    disk.leave(left.path());
    std::ifstream file(left.path() / "file", std::ios::binary);
    const std::string found(std::istreambuf_iterator<char>(file), {});
    ASSERT_EQ(found.substr(0, 1000), std::string(1000, 'a'));
    ASSERT_EQ(found.substr(1000).find_first_not_of(std::string_view("ab\0", 3)), std::string::npos);
    lost += found.size() < 3000 || found.substr(1000) != std::string(2000, 'b');
  }
  EXPECT_GT(lost, 40);
  EXPECT_LT(lost, 95);
}

}  // namespace
}  // namespace livecert::store::testing
