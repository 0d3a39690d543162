#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "base/given_up.h"
#include "store/material.h"
#include "store/sqlite/database.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/text_search.h"

namespace livecert::store::sqlite {
namespace {

std::size_t comparisons(const std::string& part, const std::string& text, bool expected) {
  std::size_t count = 0;
  const bool found = TextSearch(part).is_in(text, [&](char a, char b) { return ++count, a == b; });
  EXPECT_EQ(found, expected);
  return count;
}

TEST(TextSearch, FindsAPartInAnyCase) {
  EXPECT_TRUE(TextSearch("").is_in(""));
  EXPECT_TRUE(TextSearch("").is_in("a"));
  EXPECT_FALSE(TextSearch("a").is_in(""));
  EXPECT_TRUE(TextSearch("live").is_in("my LIVE chain"));
  EXPECT_FALSE(TextSearch("live").is_in("my LIV E chain"));
  EXPECT_TRUE(TextSearch("aab").is_in("aaaab"));
  EXPECT_TRUE(TextSearch("abcabd").is_in("ABCABCABD"));
  EXPECT_TRUE(TextSearch("\xc3\xa9").is_in("caf\xc3\xa9"));
  EXPECT_FALSE(TextSearch("\xc3\xa9").is_in("caf\xc3\x89")) << "ASCII letters alone";
}

TEST(TextSearch, ComparesAtMostThreeTimesForACharacterWhateverBothAre) {
  for (const std::size_t size : {100U, 1000U, 10'000U}) {
    const std::string same(size, 'a');
    EXPECT_LE(comparisons(std::string(size / 2, 'a') + "b", same, false), 3 * size);
    EXPECT_LE(comparisons("b" + std::string(size / 2, 'a'), same, false), 3 * size);
    std::string mixed;
    while (mixed.size() < size) mixed += "aab";
    EXPECT_LE(comparisons("aabaabaac", mixed, false), 3 * mixed.size());
  }
}

// Nothing but that nobody waits any more would end it.
TEST(Reading, EndsWhenItIsGivenUp) {
  const testing::TemporaryDirectory directory;
  const auto file = directory.path() / "livecert.db";
  std::ofstream(file).flush();
  const auto connection = Connection::open(file, Connection::Mode::kReadOnly, "");
  ASSERT_TRUE(connection);
  std::atomic<bool> given_up = false;
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    given_up = true;
  });
  {
    const base::GivenUpScope scope(given_up);
    const auto endless =
        (*connection)
            ->read_integer("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n");
    ASSERT_FALSE(endless);
    EXPECT_EQ(endless.error().code, base::ErrorCode::kDeadlineExceeded);
  }
  later.join();
  EXPECT_EQ(*(*connection)->read_integer("SELECT 7"), 7) << "the connection is as good as new";
}

TEST(Reading, DoesNotBeginWhenItIsGivenUp) {
  const testing::TemporaryDirectory directory;
  testing::ManualClock clock;
  const auto store = SqliteStore::open({.directory = directory.path()}, clock);
  ASSERT_TRUE(store);
  const std::atomic<bool> given_up = true;
  const base::GivenUpScope scope(given_up);
  const auto accounts = (*store)->list_accounts();
  ASSERT_FALSE(accounts);
  EXPECT_EQ(accounts.error().code, base::ErrorCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace livecert::store::sqlite
