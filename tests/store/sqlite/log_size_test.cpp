#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sqlite/inspection.h"
#include "store/sqlite/sqlite_store.h"

namespace livecert::store::testing {
namespace {

constexpr std::int64_t kMebibyte = 1024 * 1024;

TEST(SqliteStore, KeepsItsLogSmallWhileMuchIsWrittenAndRead) {
  const TemporaryDirectory directory;
  const ManualClock clock;
  sqlite::Options options{.directory = directory.path()};
  options.log = {.helper_begins_at = kMebibyte, .writer_finishes_at = 4 * kMebibyte};
  auto store = sqlite::SqliteStore::open(options, clock);
  ASSERT_TRUE(store);
  ASSERT_TRUE(populate(**store));

  std::atomic<bool> written = false;
  std::thread reader([&] {
    while (!written) EXPECT_TRUE((*store)->ask(&Snapshot::find_setting, "setting-0"));
  });
  std::uintmax_t largest = 0;
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&, i] {
      for (std::uint8_t round = 1; round <= 100; ++round) {
        const PutSetting command{"setting-" + std::to_string(i), base::Bytes(kMebibyte / 4, round)};
        EXPECT_EQ((*store)->submit(context_of(kRoot), command).wait().kind, OutcomeKind::kDone);
        if (i == 0) largest = std::max(largest, std::filesystem::file_size(directory.path() / "livecert.db-wal"));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  written = true;
  reader.join();
  EXPECT_GT(largest, 0U);
  // 100 MiB were written; the writer steps in at 4 MiB. The rest depends on how long readers are in the way, and on a
  // busy machine one reader may be in the way of several groups.
  EXPECT_LT(largest, 40 * kMebibyte);
  store->reset();
  EXPECT_EQ(std::filesystem::file_size(directory.path() / "livecert.db-wal"), 0U)
      << "closing moves everything into the file";
  EXPECT_EQ(inspect(directory.path()), "");
}

TEST(SqliteStore, KeepsItsLogSmallWhileAListIsReadSlowly) {
  const TemporaryDirectory directory;
  const ManualClock clock;
  sqlite::Options options{.directory = directory.path()};
  options.log = {.helper_begins_at = kMebibyte, .writer_finishes_at = 4 * kMebibyte};
  auto store = sqlite::SqliteStore::open(options, clock);
  ASSERT_TRUE(store);
  ASSERT_TRUE(populate(**store));
  constexpr std::uint64_t kChains = 60;
  for (std::uint64_t i = 1; i <= kChains; ++i) {
    ASSERT_EQ((*store)->submit(context_of(kRoot), creation(i)).wait().kind, OutcomeKind::kDone);
  }
  ChainFilter filter;
  filter.account = kRoot;
  filter.name_contains = "name";  // the way that looks at every chain
  auto opened = (*store)->ask(&Snapshot::open_list, filter, 0, 2);
  ASSERT_TRUE(opened);
  std::size_t seen = opened->page.chains.size();
  std::optional<Cursor> next = opened->page.next;
  std::uintmax_t largest = 0;
  // Between two batches, for as long as its client likes, the list holds nothing: 1 MiB is written each time.
  for (std::uint8_t round = 1; next; ++round) {
    for (std::uint8_t part = 0; part < 4; ++part) {
      const PutSetting command{"setting-" + std::to_string(part), base::Bytes(kMebibyte / 4, round)};
      ASSERT_EQ((*store)->submit(context_of(kRoot), command).wait().kind, OutcomeKind::kDone);
    }
    largest = std::max(largest, std::filesystem::file_size(directory.path() / "livecert.db-wal"));
    const auto page = (*store)->ask(&Snapshot::list_chains, filter, *next, 0, 2);
    ASSERT_TRUE(page);
    seen += page->chains.size();
    next = page->next;
  }
  EXPECT_EQ(seen, kChains);
  EXPECT_GT(largest, 0U);
  EXPECT_LT(largest, 10 * kMebibyte) << "29 MiB were written; 4 MiB is where the writer steps in";
}

}  // namespace
}  // namespace livecert::store::testing
