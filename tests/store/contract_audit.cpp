#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/contract_suite.h"

// The audit is one chain of hashes, whatever process appends to it.
namespace livecert::store::testing {

class AuditContract : public StoreContract {
 protected:
  [[nodiscard]] std::vector<AuditRecord> records() {
    return read(store->ask(&Snapshot::audit, AuditFilter{}, 1'000'000));
  }
  // The position of the first record that does not follow from the one before; 0: all do.
  [[nodiscard]] std::int64_t first_that_does_not_fit(audit::Hash before = audit::kBeforeAll) {
    for (const AuditRecord& record : records()) {
      if (audit::hash_of(before, record) != record.hash) return record.position;
      before = record.hash;
    }
    return 0;
  }
  [[nodiscard]] audit::Checkpoint checkpoint_of(const AuditRecord& record, std::int64_t cut_through = 0) {
    audit::Checkpoint checkpoint;
    checkpoint.position = record.position;
    checkpoint.at = kNow;
    checkpoint.hash = record.hash;
    checkpoint.cut_through = cut_through;
    checkpoint.public_key[0] = 1;
    checkpoint.signature[63] = 2;
    return checkpoint;
  }
};

TEST_P(AuditContract, IsOneChainAlsoAfterARestart) {
  for (std::uint64_t i = 1; i <= 5; ++i) ASSERT_EQ(submit(creation(i)).kind, OutcomeKind::kDone);
  EXPECT_EQ(first_that_does_not_fit(), 0);
  reopen();
  for (std::uint64_t i = 6; i <= 8; ++i) ASSERT_EQ(submit(creation(i)).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(SetAccountStatus{kRoot, domain::AccountStatus::kActive}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(first_that_does_not_fit(), 0);
  EXPECT_EQ(records().back().kind, audit::kWrite);
}

TEST_P(AuditContract, KeepsRecordsThatAreNotAboutAWrite) {
  const std::size_t before = audit_size();
  audit::Record refusal;
  refusal.at = kNow;
  refusal.account = kRoot;
  refusal.access_key_id = "root-key";
  refusal.action = "CreateEdge";
  refusal.peer_address = "192.0.2.7";
  refusal.subject = "nginx";
  refusal.kind = audit::kRefusal;
  refusal.detail = "denied by a statement";
  audit::Record opening = refusal;
  opening.kind = audit::kOpening;
  ASSERT_EQ(submit(KeepAudit{{refusal, opening}}).kind, OutcomeKind::kDone);
  const auto kept = records();
  ASSERT_EQ(kept.size(), before + 2);
  refusal.position = kept[before].position;
  refusal.hash = kept[before].hash;
  EXPECT_EQ(kept[before], refusal);
  EXPECT_EQ(first_that_does_not_fit(), 0);
  AuditFilter filter;
  filter.kind = audit::kOpening;
  EXPECT_EQ(read(store->ask(&Snapshot::audit, filter, 100)).size(), 1U);
  const auto changes = read(store->ask(&Snapshot::changes, 0, 1000));
  EXPECT_EQ(changes.back().kind, domain::ChangeKind::kAudit);
  EXPECT_EQ(changes.back().position, kept.back().position);
}

TEST_P(AuditContract, KeepsCheckpointsOfRecordsThatAreThere) {
  ASSERT_EQ(submit(creation(1)).kind, OutcomeKind::kDone);
  EXPECT_FALSE(read(store->ask(&Snapshot::newest_checkpoint)));
  const std::size_t before = audit_size();
  const audit::Checkpoint checkpoint = checkpoint_of(records().back());
  ASSERT_EQ(submit(KeepCheckpoint{checkpoint}).kind, OutcomeKind::kDone);
  EXPECT_EQ(read(store->ask(&Snapshot::newest_checkpoint)), checkpoint);
  EXPECT_EQ(read(store->ask(&Snapshot::list_checkpoints, 0, 10)), std::vector{checkpoint});
  EXPECT_EQ(read(store->ask(&Snapshot::list_checkpoints, checkpoint.position, 10)).size(), 0U);
  EXPECT_EQ(audit_size(), before) << "a checkpoint is no record";
  audit::Checkpoint other = checkpoint;
  other.hash[0] ^= 1U;
  EXPECT_EQ(submit(KeepCheckpoint{other}).reason(), domain::Reason::kAbsent);
  other = checkpoint;
  ++other.position;
  EXPECT_EQ(submit(KeepCheckpoint{other}).reason(), domain::Reason::kAbsent);
  EXPECT_EQ(read(store->ask(&Snapshot::newest_checkpoint)), checkpoint);
}

TEST_P(AuditContract, IsCutOnlyAsFarAsTheNewestCheckpointSays) {
  for (std::uint64_t i = 1; i <= 6; ++i) ASSERT_EQ(submit(creation(i)).kind, OutcomeKind::kDone);
  const auto all = records();
  const AuditRecord& end = all[all.size() - 3];
  EXPECT_EQ(submit(CutAudit{end.position}).reason(), domain::Reason::kAbsent) << "there is no checkpoint";
  ASSERT_EQ(submit(KeepCheckpoint{checkpoint_of(end)}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(CutAudit{end.position}).reason(), domain::Reason::kAbsent) << "it allows no cut";
  ASSERT_EQ(submit(KeepCheckpoint{checkpoint_of(all.back(), end.position)}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(CutAudit{end.position + 1}).reason(), domain::Reason::kAbsent) << "it allows less";
  ASSERT_EQ(submit(CutAudit{end.position}).kind, OutcomeKind::kDone);
  const auto left = records();
  ASSERT_EQ(left.size(), 3U) << "two, and the one about the cut";
  EXPECT_EQ(left.front().position, all[all.size() - 2].position);
  EXPECT_EQ(left.back().subject, std::to_string(end.position));
  EXPECT_EQ(first_that_does_not_fit(end.hash), 0);
}

INSTANTIATE_TEST_SUITE_P(Adapters, AuditContract, ::testing::ValuesIn(adapters()), adapter_name);

}  // namespace livecert::store::testing
