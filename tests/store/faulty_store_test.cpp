#include "support/faulty_store.h"

#include "store/contract_suite.h"

namespace livecert::store::testing {
namespace {

class FaultyStore : public StoreContract {};

TEST_P(FaultyStore, FailsTheNthSubmitAndNoOther) {
  FailNth faulty(*store, FailNth::Call::kSubmit, 2);
  EXPECT_EQ(faulty.submit(context, creation(1)).wait().kind, OutcomeKind::kDone);
  EXPECT_FALSE(faulty.has_failed());
  EXPECT_EQ(faulty.submit(context, creation(2)).wait().kind, OutcomeKind::kUnavailable);
  EXPECT_TRUE(faulty.has_failed());
  EXPECT_FALSE(read(faulty.ask(&Snapshot::find_chain, chain_id(2))));
  EXPECT_EQ(faulty.submit(context, creation(2)).wait().kind, OutcomeKind::kDone);
}

TEST_P(FaultyStore, FailsTheNthRead) {
  FailNth faulty(*store, FailNth::Call::kRead, 2);
  EXPECT_TRUE(faulty.ask(&Snapshot::find_vault_header));
  EXPECT_EQ(faulty.submit(context, creation(1)).wait().kind, OutcomeKind::kDone);
  const auto failed = faulty.ask(&Snapshot::find_chain, chain_id(1));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, base::ErrorCode::kStoreFailure);
  EXPECT_TRUE(faulty.ask(&Snapshot::find_chain, chain_id(1)));
}

TEST_P(FaultyStore, FailsToWaitForAChangeToo) {
  FailNth faulty(*store, FailNth::Call::kRead, 1);
  EXPECT_FALSE(faulty.wait_for_change(0, {}));
  EXPECT_TRUE(faulty.wait_for_change(0, {}));
}

TEST_P(FaultyStore, LeavesTheOutcomeOpen) {
  UnknownOutcome applied(*store, UnknownOutcome::Effect::kApplied);
  EXPECT_EQ(applied.submit(context, creation(1)).wait().kind, OutcomeKind::kUnknown);
  EXPECT_TRUE(read(applied.ask(&Snapshot::find_chain, chain_id(1))));
  UnknownOutcome lost(*store, UnknownOutcome::Effect::kNotApplied);
  EXPECT_EQ(lost.submit(context, creation(2)).wait().kind, OutcomeKind::kUnknown);
  EXPECT_FALSE(read(lost.ask(&Snapshot::find_chain, chain_id(2))));
}

INSTANTIATE_TEST_SUITE_P(Adapters, FaultyStore, ::testing::Values(adapters().front()), adapter_name);

}  // namespace
}  // namespace livecert::store::testing
