#include <algorithm>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "store/contract_suite.h"

namespace livecert::store::testing {
namespace {

constexpr int kThreads = 16;

// Runs `work(thread)` on that many threads at once.
template <typename Work>
void together(int threads, const Work& work) {
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) running.emplace_back([&work, i] { work(static_cast<std::uint64_t>(i)); });
  for (std::thread& thread : running) thread.join();
}

TEST_P(StoreContract, ManyUploadsOfEqualContentMakeOneChain) {
  std::vector<Outcome> outcomes(kThreads);
  together(kThreads, [&](std::uint64_t thread) {
    PutVersion command = creation(100 + thread);
    command.content = content(1);
    outcomes[thread] = store->submit(context, command).wait();
  });
  const auto done = std::count_if(outcomes.begin(), outcomes.end(),
                                  [](const Outcome& outcome) { return outcome.kind == OutcomeKind::kDone; });
  EXPECT_EQ(done, 1);
  for (const Outcome& outcome : outcomes) {
    EXPECT_TRUE(outcome.kind == OutcomeKind::kDone || outcome.kind == OutcomeKind::kConverged);
    EXPECT_EQ(outcome.chain, outcomes.front().chain);
    EXPECT_EQ(outcome.version, outcomes.front().version);
  }
  ChainFilter filter;
  filter.account = kRoot;
  EXPECT_EQ(read(store->ask(&Snapshot::count_chains, filter)).total, 1);
}

TEST_P(StoreContract, ManyUpdatesOfOneChainAllSucceed) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  // A thread that makes an id submits it before another id is made (law 14); then all threads wait at once.
  std::mutex turn;
  std::uint64_t last = 999;
  together(kThreads, [&](std::uint64_t) {
    for (int i = 0; i < 5; ++i) {
      std::promise<OutcomeKind> known;
      {
        const std::lock_guard lock(turn);
        PutVersion next = update(chain_id(1), ++last);
        next.keep_versions = 1000;
        store->submit(context, next).start([&known](const Outcome& outcome) { known.set_value(outcome.kind); });
      }
      EXPECT_EQ(known.get_future().get(), OutcomeKind::kDone);
    }
  });
  EXPECT_EQ(last, 999 + kThreads * 5U);
  for (std::uint64_t version = 1000; version <= last; ++version) {
    EXPECT_TRUE(read(store->ask(&Snapshot::find_version, base::CertId(static_cast<std::int64_t>(version))))) << version;
  }
  EXPECT_EQ(read(store->ask(&Snapshot::find_chain, chain_id(1)))->summary.current,
            base::CertId(static_cast<std::int64_t>(last)));
}

TEST_P(StoreContract, WhatManyThreadsWroteIsThereAfterReopening) {
  together(kThreads, [&](std::uint64_t thread) {
    for (std::uint64_t i = 0; i < 20; ++i) {
      const std::uint64_t number = 1 + thread * 20 + i;
      EXPECT_EQ(store->submit(context, creation(number)).wait().kind, OutcomeKind::kDone);
      EXPECT_TRUE(read(store->ask(&Snapshot::find_chain, chain_id(number))))
          << "a read after the answer sees the write";
    }
  });
  reopen();
  for (std::uint64_t number = 1; number <= kThreads * 20; ++number) {
    EXPECT_TRUE(read(store->ask(&Snapshot::find_chain, chain_id(number))));
  }
  std::map<std::string, int> subjects;
  for (const Change& change : read(store->ask(&Snapshot::changes, 0, 100'000))) {
    if (change.kind == domain::ChangeKind::kChain) subjects[change.subject]++;
  }
  for (std::uint64_t number = 1; number <= kThreads * 20; ++number) {
    EXPECT_EQ(subjects[chain_id(number).to_string()], 1);
  }
}

TEST_P(StoreContract, ReadersNeverSeeHalfOfAWrite) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  std::atomic<bool> written = false;
  together(5, [&](std::uint64_t thread) {
    if (thread == 0) {
      for (std::uint64_t i = 2; i < 150; ++i) {
        PutVersion next = update(chain_id(1), i);
        next.content.not_after = kNow + std::chrono::seconds(i);
        EXPECT_EQ(store->submit(context, next).wait().kind, OutcomeKind::kDone);
      }
      written = true;
      return;
    }
    base::CertId newest(1);
    while (!written) {
      const auto chain = read(store->ask(&Snapshot::find_chain, chain_id(1)));
      ASSERT_TRUE(chain);
      EXPECT_GE(chain->summary.current, newest) << "time does not run backwards";
      newest = chain->summary.current;
      EXPECT_EQ(chain->certificates.size(), 3U);
      if (newest > base::CertId(1)) {
        EXPECT_EQ(chain->summary.not_after, kNow + std::chrono::seconds(newest.number()));
      }
    }
  });
}

TEST_P(StoreContract, APageOfChainsAndItsDomainsAreOfOneMoment) {
  constexpr std::uint64_t kChains = 60;
  for (std::uint64_t number = 1; number <= kChains; ++number) {
    ASSERT_EQ(submit(creation(number)).kind, OutcomeKind::kDone);
  }
  constexpr char kName[] = "live.example.net";
  ASSERT_EQ(submit(CreateDomains{{{live_domain(kName), bind_of(1, kName, {kName})}}}).kind, OutcomeKind::kDone);
  ChainFilter filter;
  filter.account = kRoot;
  std::atomic<bool> moved = false;
  together(3, [&](std::uint64_t thread) {
    if (thread == 0) {
      for (int i = 0; i < 400; ++i) {
        EXPECT_EQ(submit(bind_of(i % 2 == 0 ? kChains : 1, kName, {kName})).kind, OutcomeKind::kDone);
      }
      moved = true;
      return;
    }
    while (!moved) {
      const auto chains = read(store->ask(&Snapshot::list_chains, filter, {}, 0, kChains)).chains;
      ASSERT_EQ(chains.size(), kChains);
      EXPECT_EQ(chains.front().domains.size() + chains.back().domains.size(), 1U) << "a domain uses one chain";
      // The first bind of an older chain by a newer one supersedes it, and binding it again ends that.
      EXPECT_FALSE(chains.back().superseded && !chains.back().domains.empty());
    }
  });
}

}  // namespace
}  // namespace livecert::store::testing
