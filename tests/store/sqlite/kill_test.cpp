#include <random>
#include <set>
#include <signal.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sqlite/inspection.h"
#include "store/sqlite/sqlite_store.h"

namespace livecert::store::testing {
namespace {

constexpr int kRounds = 8;
constexpr std::uint64_t kThreads = 6;
constexpr std::uint64_t kPerRound = 1'000'000;

// The child: every thread makes chains and updates each of them, and reports the writes that were answered kDone. Never
// returns.
[[noreturn]] void write_until_killed(const std::filesystem::path& directory, int pipe, std::uint64_t round) {
  const base::SystemClock clock;
  sqlite::Options options{.directory = directory};
  options.log = {.helper_begins_at = 256 << 10,
                 .writer_finishes_at = 1 << 20};  // so that checkpoints are interrupted too
  auto store = sqlite::SqliteStore::open(options, clock);
  if (!store) ::_exit(1);
  std::vector<std::thread> threads;
  for (std::uint64_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint64_t number = 1 + round * kPerRound + thread;; number += 2 * kThreads) {
        const std::uint64_t next_version = number + kThreads;
        for (const PutVersion& command : {creation(number), update(chain_id(number), next_version)}) {
          if ((*store)->submit(context_of(kRoot), command).wait().kind != OutcomeKind::kDone) ::_exit(2);
          const auto version = static_cast<std::uint64_t>(command.version.number());
          if (::write(pipe, &version, sizeof version) != sizeof version) ::_exit(3);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ::_exit(4);
}

// Reads version numbers until there are `enough`, or to the end if `enough` is never reached.
void read_versions(int pipe, std::set<std::uint64_t>& versions, std::size_t enough) {
  std::uint64_t version = 0;
  while (versions.size() < enough && ::read(pipe, &version, sizeof version) == sizeof version) versions.insert(version);
}

TEST(SqliteStore, HoldsWhatItAcknowledgedBeforeItWasKilled) {
  const TemporaryDirectory directory;
  const ManualClock clock;
  {
    auto store = sqlite::SqliteStore::open({.directory = directory.path()}, clock);
    ASSERT_TRUE(store);
    ASSERT_TRUE(populate(**store));
  }
  std::mt19937 random(20240818);
  std::set<std::uint64_t> acknowledged;
  for (std::uint64_t round = 0; round < kRounds; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) write_until_killed(directory.path(), ends[1], round);
    ::close(ends[1]);
    read_versions(ends[0], acknowledged,
                  acknowledged.size() + std::uniform_int_distribution<std::size_t>(1, 500)(random));
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child failed with " << WEXITSTATUS(status);
    read_versions(ends[0], acknowledged, SIZE_MAX);
    ::close(ends[0]);

    auto store = sqlite::SqliteStore::open({.directory = directory.path()}, clock);
    ASSERT_TRUE(store) << store.error().message;
    for (const std::uint64_t version : acknowledged) {
      const auto content_found =
          (*store)->ask(&Snapshot::find_content, base::CertId(static_cast<std::int64_t>(version)));
      ASSERT_TRUE(content_found && *content_found) << version;
      EXPECT_EQ((*content_found)->sealed_key.bytes, content(version).sealed_key.bytes);
      EXPECT_EQ((*content_found)->issuers.size(), 2U);
    }
    store->reset();
    EXPECT_EQ(inspect(directory.path()), "");
  }
  EXPECT_GT(acknowledged.size(), static_cast<std::size_t>(kRounds));
}

}  // namespace
}  // namespace livecert::store::testing
