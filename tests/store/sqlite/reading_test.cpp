#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "base/blocking.h"
#include "base/given_up.h"
#include "store/material.h"
#include "store/sqlite/database.h"
#include "store/sqlite/reader_pool.h"
#include "store/sqlite/sqlite_snapshot.h"
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

// A list may have to read everything that an account has. It takes its turn at the processors like other work: if it
// counted as waiting, it would run beside any number of others.
TEST(Reading, OfListsIsWorkAndNoWaiting) {
  class Waits final : public base::Blocking::Observer {
   public:
    void wait_begins() override { ++count; }
    void wait_ends() override {}
    int count = 0;
  } waits;
  const testing::TemporaryDirectory directory;
  const testing::ManualClock clock;
  Options options;
  options.directory = directory.path();
  const auto opened = SqliteStore::open(options, clock);
  ASSERT_TRUE(opened);
  const auto& store = *opened;
  ASSERT_TRUE(testing::populate(*store));
  ChainFilter filter;
  filter.account = testing::kRoot;
  filter.now = testing::kNow;
  base::Blocking::observe_this_thread(&waits);
  EXPECT_TRUE(store->ask(&Snapshot::list_chains, filter, Cursor(), 0, 10));
  EXPECT_TRUE(store->ask(&Snapshot::open_list, filter, 0, 10));
  EXPECT_TRUE(store->ask(&Snapshot::count_chains, filter));
  DomainFilter domains;
  domains.account = testing::kRoot;
  EXPECT_TRUE(store->ask(&Snapshot::list_domains, domains, 0, 10));
  base::Blocking::observe_this_thread(nullptr);
  EXPECT_EQ(waits.count, 0);
}

// Only the flag that the read is no longer needed would end it.
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

// Refuses every statement that names a column of the table.
void refuse_to_read(Connection& database, const char* table) {
  const auto decide = [](void* refused, int action, const char* read, const char*, const char*, const char*) {
    return action == SQLITE_READ && std::string_view(read) == static_cast<const char*>(refused) ? SQLITE_DENY
                                                                                                : SQLITE_OK;
  };
  sqlite3_set_authorizer(database.handle(), decide, const_cast<char*>(table));
}

// A leaf may have 190 KB, and the columns after it come after all of its pages; tags of a page may have 40 MB.
TEST(Reading, NoListReadsTheRowsOfVersionsOrOfTags) {
  const testing::TemporaryDirectory directory;
  testing::ManualClock clock;
  const auto store = SqliteStore::open({.directory = directory.path()}, clock);
  ASSERT_TRUE(store);
  ASSERT_TRUE(testing::populate(**store));
  const Context context = testing::context_of(testing::kRoot);
  domain::LiveDomain made = testing::live_domain("live.example.net");
  made.tags = {{"key", "value"}};
  const Bind bind = testing::bind_of(1, made.name, {std::string(made.name)});
  ASSERT_EQ((*store)->submit(context, testing::creation(1)).wait().kind, OutcomeKind::kDone);
  ASSERT_EQ((*store)->submit(context, CreateDomains{{{made, bind}}}).wait().kind, OutcomeKind::kDone);
  ChainFilter chains;
  chains.account = testing::kRoot;
  chains.now = testing::kNow;
  ChainFilter named = chains;
  named.name_contains = "name";
  DomainFilter domains;
  domains.account = testing::kRoot;
  domains.bound_only = true;
  for (const char* table : {"versions", "domain_tags"}) {
    SCOPED_TRACE(table);
    const auto pool = ReaderPool::open(directory.path() / "livecert.db", "", 1);
    ASSERT_TRUE(pool);
    {
      const ReaderPool::Lease lease = (*pool)->lend();
      refuse_to_read(lease.connection(), table);
      ASSERT_FALSE(lease.connection().read_integer(std::string("SELECT id FROM ") + table)) << "or this shows nothing";
    }
    const auto snapshot = SqliteSnapshot::begin(**pool);
    ASSERT_TRUE(snapshot);
    Snapshot& reads = **snapshot;
    for (const ChainFilter& filter : {chains, named}) {
      EXPECT_EQ(reads.list_chains(filter, {}, 0, 10)->chains.size(), 1U);
      EXPECT_EQ(reads.open_list(filter, 0, 10)->page.chains.size(), 1U);
      EXPECT_EQ(reads.count_chains(filter)->total, 1);
    }
    EXPECT_EQ(reads.list_domains(domains, 0, 10)->domains.size(), 1U);
    const auto found = reads.find_domain(made.name);
    ASSERT_TRUE(found) << found.error().detail;
    EXPECT_EQ((*found)->cert_domain, made.name);
    EXPECT_EQ(reads.list_bound({}, 10)->domains.size(), 1U);
    EXPECT_TRUE(reads.find_bound(made.name)->has_value());
    EXPECT_EQ(reads.find_bound_to(testing::chain_id(1))->size(), 1U);
  }
}

TEST(Reading, DoesNotBeginWhenItIsGivenUp) {
  const testing::TemporaryDirectory directory;
  testing::ManualClock clock;
  const auto store = SqliteStore::open({.directory = directory.path()}, clock);
  ASSERT_TRUE(store);
  const std::atomic<bool> given_up = true;
  const base::GivenUpScope scope(given_up);
  const auto accounts = (*store)->ask(&Snapshot::list_accounts);
  ASSERT_FALSE(accounts);
  EXPECT_EQ(accounts.error().code, base::ErrorCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace livecert::store::sqlite
