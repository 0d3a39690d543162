#include <atomic>
#include <future>

#include "store/contract_suite.h"

namespace livecert::store::testing {
namespace {

// Law 12: the result of a read at a generation holds for as long as the generation stays the same.
class Generations : public StoreContract {
 protected:
  // Whether the topic's generation grows with the command, which must take effect.
  bool grows(Topic topic, Command command, OutcomeKind kind = OutcomeKind::kDone) {
    const std::uint64_t before = store->generation(topic);
    EXPECT_EQ(submit(std::move(command)).kind, kind);
    const std::uint64_t after = store->generation(topic);
    EXPECT_GE(after, before);
    return after > before;
  }
};

INSTANTIATE_TEST_SUITE_P(Adapters, Generations, ::testing::ValuesIn(adapters()), adapter_name);

TEST_P(Generations, OfAccessGrowWithEveryCommandThatChangesWhoMayCall) {
  const base::AccountId third(2100000003);
  EXPECT_TRUE(grows(Topic::kAccess, CreateAccount{account(third, "third"), {}}));
  EXPECT_TRUE(grows(Topic::kAccess, SetAccountStatus{third, domain::AccountStatus::kSuspended}));
  EXPECT_TRUE(grows(Topic::kAccess, SetAccountStatus{third, domain::AccountStatus::kActive}));
  EXPECT_TRUE(grows(Topic::kAccess, CreateAccessKey{access_key(third, "third-key")}));
  EXPECT_TRUE(grows(Topic::kAccess, SetAccessKeyEnabled{"third-key", false}));
  EXPECT_TRUE(grows(Topic::kAccess, SetAccessKeyEnabled{"third-key", true}));
}

// Otherwise nothing could ever be kept.
TEST_P(Generations, OfAccessStayWhenOnlyCertificatesChange) {
  EXPECT_FALSE(grows(Topic::kAccess, creation(1)));
  EXPECT_FALSE(grows(Topic::kAccess, creation(2)));
  EXPECT_FALSE(grows(Topic::kAccess, SetAccessKeyEnabled{"root-key", true}, OutcomeKind::kConverged));
  EXPECT_FALSE(grows(Topic::kAccess, DeleteChain{chain_id(1), std::nullopt}));
}

TEST_P(Generations, OfIssuersGrowWithTheFirstChainThatBringsAnIssuerAlone) {
  PutVersion first = creation(1);
  PutVersion second = creation(2);
  ASSERT_FALSE(first.content.issuers.empty());
  second.content.issuers = first.content.issuers;
  EXPECT_TRUE(grows(Topic::kIssuers, first));
  EXPECT_FALSE(grows(Topic::kIssuers, second));
  PutVersion third = creation(3);
  third.content.issuers = first.content.issuers;
  third.content.issuers.front().sha256.front() ^= 1U;
  EXPECT_TRUE(grows(Topic::kIssuers, third)) << "another certificate of the same subject";
}

TEST_P(Generations, HaveGrownBeforeTheAnswerIsGiven) {
  const std::uint64_t before = store->generation(Topic::kAccess);
  std::promise<std::uint64_t> at_answer;
  store->submit(context, SetAccessKeyEnabled{"root-key", false}).start([&](const Outcome&) {
    at_answer.set_value(store->generation(Topic::kAccess));
  });
  EXPECT_GT(at_answer.get_future().get(), before);
}

TEST_P(Generations, AnswersComeOnceEachInAnyNumberFromOneThread) {
  constexpr std::uint64_t kMany = 200;
  std::atomic<std::uint64_t> answers = 0;
  std::promise<void> all;
  for (std::uint64_t i = 1; i <= kMany; ++i) {
    store->submit(context, creation(i)).start([&](const Outcome& outcome) {
      EXPECT_EQ(outcome.kind, OutcomeKind::kDone);
      if (++answers == kMany) all.set_value();
    });
  }
  all.get_future().wait();
  EXPECT_TRUE(read(store->ask(&Snapshot::find_chain, chain_id(kMany))));
  store.reset();
  EXPECT_EQ(answers, kMany);
}

TEST_P(Generations, WhatWasSubmittedBeforeTheStoreEndsIsAnswered) {
  std::atomic<int> answers = 0;
  for (std::uint64_t i = 1; i <= 50; ++i) {
    store->submit(context, creation(i)).start([&](const Outcome&) { ++answers; });
  }
  store.reset();
  EXPECT_EQ(answers, 50);
}

}  // namespace
}  // namespace livecert::store::testing
