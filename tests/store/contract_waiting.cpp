#include <atomic>
#include <thread>

#include "store/contract_suite.h"

namespace livecert::store::testing {
namespace {

using std::chrono::milliseconds;

// Longer than any machine takes; a test that waits this long fails.
constexpr milliseconds kForever = std::chrono::minutes(1);

class WaitContract : public StoreContract {
 protected:
  void change() {
    EXPECT_EQ(submit(PutSetting{"value", {static_cast<std::uint8_t>(++value_)}}).kind, OutcomeKind::kDone);
  }
  std::int64_t last() { return read(store->ask(&Snapshot::last_change)); }
  bool wait(std::int64_t after, milliseconds wait) { return read(store->wait_for_change(after, wait)); }

 private:
  int value_ = 0;
};

class EmptyWaitContract : public EmptyStoreContract {};

TEST_P(EmptyWaitContract, AnEmptyStoreHasHadNoChange) {
  EXPECT_EQ(read(store->ask(&Snapshot::last_change)), 0);
  EXPECT_FALSE(read(store->wait_for_change(0, milliseconds(0))));
  ASSERT_EQ(submit(initialisation()).kind, OutcomeKind::kDone);
  EXPECT_GT(read(store->ask(&Snapshot::last_change)), 0);
  EXPECT_TRUE(read(store->wait_for_change(0, milliseconds(0))));
}

TEST_P(WaitContract, TheLastChangeIsWhereChangesEnd) {
  change();
  EXPECT_EQ(last(), read(store->ask(&Snapshot::changes, 0, 1'000)).back().position);
  EXPECT_TRUE(read(store->ask(&Snapshot::changes, last(), 1'000)).empty());
}

TEST_P(WaitContract, ReturnsAtOnceWhenThereIsAChangeAlready) {
  const std::int64_t before = last();
  change();
  EXPECT_TRUE(wait(before, kForever));
  EXPECT_TRUE(wait(0, kForever));
  reopen();
  EXPECT_TRUE(wait(before, kForever)) << "one of an earlier life of the store is one";
}

TEST_P(WaitContract, GivesUpAfterItsTime) {
  EXPECT_FALSE(wait(last(), milliseconds(1)));
  EXPECT_FALSE(wait(last(), milliseconds(-1)));
  EXPECT_FALSE(wait(last() + 1, milliseconds(0)));
  reopen();
  EXPECT_FALSE(wait(last(), milliseconds(0)));
}

TEST_P(WaitContract, TheLongestTimeIsNotTakenForNone) {
  const std::int64_t before = last();
  bool woken = false;
  std::thread waiting([&] { woken = wait(before, milliseconds::max()); });
  change();
  waiting.join();
  EXPECT_TRUE(woken);
}

TEST_P(WaitContract, OneCommitWakesAllWhoWait) {
  constexpr int kThreads = 6;
  constexpr int kRounds = 40;
  std::atomic<int> arrived = 0;
  std::atomic<int> seen = 0;
  const std::int64_t start = last();
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      std::int64_t position = start;
      for (int round = 0; round < kRounds; ++round) {
        ++arrived;
        if (!wait(position, kForever)) {
          arrived += kRounds;  // releases all threads that may wait for this one
          return;
        }
        const auto changes = read(store->ask(&Snapshot::changes, position, 1));
        EXPECT_FALSE(changes.empty()) << "a change that one was woken for can be read";
        if (!changes.empty()) position = changes.front().position;
        ++seen;
      }
    });
  }
  for (int round = 1; round <= kRounds; ++round) {
    while (arrived < round * kThreads) std::this_thread::yield();
    change();
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(seen, kThreads * kRounds);
}

TEST_P(WaitContract, NothingThatChangesNothingWakesAnybody) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).kind, OutcomeKind::kDone);
  const std::int64_t before = last();
  std::atomic<bool> waiting = false;
  std::atomic<bool> woken = false;
  std::thread thread([&] {
    waiting = true;
    woken = wait(before, milliseconds(100));
  });
  while (!waiting) std::this_thread::yield();
  domain::Receipt receipt{"edge", "a.example.net", chain_id(1), base::CertId(1), kNow};
  for (receipt.attempts = 1; receipt.attempts <= 20; ++receipt.attempts) {
    EXPECT_EQ(submit(KeepReceipts{{receipt}}).kind, OutcomeKind::kDone);
    EXPECT_EQ(submit(creation(1)).kind, OutcomeKind::kConverged);
    EXPECT_EQ(submit(CreateProject{{kRoot, "live", kNow}}).reason(), domain::Reason::kTaken);
  }
  EXPECT_EQ(submit(ForgetReceipts{"edge", {"a.example.net"}}).kind, OutcomeKind::kDone);
  thread.join();
  EXPECT_FALSE(woken);
  EXPECT_EQ(last(), before);
}

INSTANTIATE_TEST_SUITE_P(Adapters, EmptyWaitContract, ::testing::ValuesIn(adapters()), adapter_name);
INSTANTIATE_TEST_SUITE_P(Adapters, WaitContract, ::testing::ValuesIn(adapters()), adapter_name);

}  // namespace
}  // namespace livecert::store::testing
