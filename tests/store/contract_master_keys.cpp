#include "domain/sealed_mark.h"
#include "store/contract_suite.h"

namespace livecert::store::testing {
namespace {

using domain::MasterKeyState;

const std::string kOld = "1111111111111111";
const std::string kNew = "2222222222222222";

domain::MasterKey key(const std::string& id) {
  return {id, {9, 9}, MasterKeyState::kAdded, kNow};
}

// Bytes as a vault makes them under this key.
base::SealedBytes sealed_by(const std::string& id, std::uint8_t rest) {
  base::SealedBytes sealed{{domain::kMarkWithKey}};
  const base::Bytes mark = *base::parse_hex(id);
  sealed.bytes.insert(sealed.bytes.end(), mark.begin(), mark.end());
  sealed.bytes.push_back(rest);
  return sealed;
}

class MasterKeyContract : public StoreContract {
 protected:
  [[nodiscard]] std::optional<MasterKeyState> state(const std::string& id) {
    for (const domain::MasterKey& known : read(store->ask(&Snapshot::list_master_keys))) {
      if (known.id == id) return known.state;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::int64_t items(const std::string& id) {
    for (const SealedCount& count : read(store->ask(&Snapshot::count_sealed))) {
      if (count.key == id) return count.items;
    }
    return 0;
  }
};
INSTANTIATE_TEST_SUITE_P(Adapters, MasterKeyContract, ::testing::ValuesIn(adapters()), adapter_name);

TEST_P(MasterKeyContract, TheFirstKeyIsCurrentAndOthersAreAdded) {
  EXPECT_EQ(submit(AddMasterKeys{{key(kOld), key(kNew)}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(state(kOld), MasterKeyState::kCurrent);
  EXPECT_EQ(state(kNew), MasterKeyState::kAdded);
  EXPECT_EQ(submit(AddMasterKeys{{key(kOld), key(kNew)}}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(submit(UseMasterKey{kNew}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(UseMasterKey{kNew}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(state(kOld), MasterKeyState::kFormer);
  EXPECT_EQ(state(kNew), MasterKeyState::kCurrent);
  EXPECT_EQ(submit(UseMasterKey{"3333333333333333"}).reason(), domain::Reason::kAbsent);
}

TEST_P(MasterKeyContract, WhatIsSealedAgainReplacesOnlyWhatWasRead) {
  ASSERT_EQ(submit(AddMasterKeys{{key(kOld), key(kNew)}}).kind, OutcomeKind::kDone);
  const base::AccountId account(2100000050);
  ASSERT_EQ(submit(CreateAccount{testing::account(account, "fifty"), sealed_by(kOld, 1)}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(PutSetting{"token", sealed_by(kOld, 2).bytes}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(PutNotifyChannel{"duty", "kind=wecom\n", sealed_by(kOld, 3)}).kind, OutcomeKind::kDone);
  EXPECT_EQ(items(kOld), 3);
  const std::uint64_t before = store->generation(Topic::kAccess);
  ResealItems again{kNew};
  again.account_keys = {{account, sealed_by(kOld, 1), sealed_by(kNew, 1)}};
  again.settings = {{"token", sealed_by(kOld, 77), sealed_by(kNew, 77)}};  // it was changed since it was read
  again.channels = {{"duty", sealed_by(kOld, 3), sealed_by(kNew, 3)}};
  EXPECT_EQ(submit(again).kind, OutcomeKind::kDone);
  EXPECT_GT(store->generation(Topic::kAccess), before) << "law 12";
  EXPECT_EQ(items(kOld), 1);
  EXPECT_EQ(items(kNew), 2);
  EXPECT_EQ(read(store->ask(&Snapshot::find_account_key, account))->bytes, sealed_by(kNew, 1).bytes);
  EXPECT_EQ(read(store->ask(&Snapshot::find_setting, "token")), sealed_by(kOld, 2).bytes);
  const auto settings = read(store->ask(&Snapshot::list_sealed_settings));
  ASSERT_EQ(settings.size(), 1U);
  EXPECT_EQ(settings.front().name, "token");
}

TEST_P(MasterKeyContract, AKeyRetiresOnlyWhenNothingIsUnderItAndThenNothingComesUnderIt) {
  ASSERT_EQ(submit(AddMasterKeys{{key(kOld), key(kNew)}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(PutSetting{"token", sealed_by(kOld, 1).bytes}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(RetireMasterKey{kOld}).reason(), domain::Reason::kInUse) << "it is current";
  ASSERT_EQ(submit(UseMasterKey{kNew}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(RetireMasterKey{kOld}).reason(), domain::Reason::kInUse) << "the token is under it";
  ResealItems again{kNew};
  again.settings = {{"token", sealed_by(kOld, 1), sealed_by(kNew, 1)}};
  ASSERT_EQ(submit(again).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(RetireMasterKey{kOld}).kind, OutcomeKind::kDone);
  EXPECT_EQ(state(kOld), MasterKeyState::kRetired);
  EXPECT_EQ(submit(RetireMasterKey{kOld}).kind, OutcomeKind::kConverged);
  EXPECT_EQ(submit(UseMasterKey{kOld}).reason(), domain::Reason::kAbsent);
  // A command that was sealed before the retirement and comes after it.
  EXPECT_EQ(submit(PutSetting{"late", sealed_by(kOld, 2).bytes}).subject(), domain::Subject::kMasterKey);
  EXPECT_EQ(submit(ReplaceSettings{std::nullopt, {{"tls key", {1}}, {"late", sealed_by(kOld, 2).bytes}}}).subject(),
            domain::Subject::kMasterKey);
  EXPECT_EQ(submit(CreateAccount{testing::account(base::AccountId(2100000051), "late"), sealed_by(kOld, 3)}).subject(),
            domain::Subject::kMasterKey);
  EXPECT_EQ(submit(PutNotifyChannel{"late", "kind=wecom\n", sealed_by(kOld, 3)}).subject(),
            domain::Subject::kMasterKey);
  EXPECT_EQ(submit(ResealItems{kOld}).subject(), domain::Subject::kMasterKey);
}

TEST_P(MasterKeyContract, ItemsThatNameNoKeyCountForTheFirst) {
  ASSERT_EQ(submit(AddMasterKeys{{key(kOld), key(kNew)}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(UseMasterKey{kNew}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(PutSetting{"token", {domain::kMarkWithoutKey, 1, 2, 3, 4, 5, 6, 7, 8, 9}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(submit(RetireMasterKey{kOld, true}).reason(), domain::Reason::kInUse);
  EXPECT_EQ(submit(RetireMasterKey{kOld, false}).kind, OutcomeKind::kDone) << "the control";
}

}  // namespace
}  // namespace livecert::store::testing
