#include "store/contract_suite.h"

namespace livecert::store::testing {
namespace {

using domain::ChannelState;
using domain::FactKind;
using domain::FactName;
using domain::Told;
using std::chrono::seconds;

class NoticeContract : public StoreContract {
 protected:
  std::vector<StoredNotifyChannel> channels() { return read(store->ask(&Snapshot::list_notify_channels)); }
  std::vector<Told> told(const std::string& channel) { return read(store->ask(&Snapshot::list_told, channel)); }

  const FactName ending{FactKind::kEnding, "a.example.net", ""};
  const FactName not_shown{FactKind::kNotShown, "a.example.net", "nginx"};
};

TEST_P(NoticeContract, AChannelIsPutReplacedAndDeleted) {
  ASSERT_EQ(submit(PutNotifyChannel{"b", "kind=feishu\n", {{1, 0, 2}}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(PutNotifyChannel{"a", "", {{9}}}).kind, OutcomeKind::kDone);
  const std::size_t before = audit_size();
  const Outcome absent = submit(DeleteNotifyChannel{"c"});
  EXPECT_EQ(absent.reason(), domain::Reason::kAbsent);
  EXPECT_EQ(absent.subject(), domain::Subject::kNotifyChannel);
  EXPECT_EQ(audit_size(), before);
  ASSERT_EQ(submit(PutNotifyChannel{"b", "kind=wecom\n", {{3}}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(audit_size(), before + 1);
  const Change change = read(store->ask(&Snapshot::changes, 0, 1'000)).back();
  EXPECT_EQ(change.kind, domain::ChangeKind::kNotifyChannel);
  EXPECT_EQ(change.subject, "b");
  reopen();
  ASSERT_EQ(channels().size(), 2U);
  EXPECT_EQ(channels()[0].name, "a");
  EXPECT_EQ(channels()[1].definition, "kind=wecom\n");
  EXPECT_EQ(channels()[1].secret.bytes, base::Bytes{3});
  EXPECT_EQ(channels()[1].state, ChannelState());
  ASSERT_EQ(submit(DeleteNotifyChannel{"b"}).kind, OutcomeKind::kDone);
  EXPECT_EQ(channels().size(), 1U);
}

TEST_P(NoticeContract, WhatAChannelWasToldSurvivesWithoutATrace) {
  ASSERT_EQ(submit(PutNotifyChannel{"duty", "", {{1}}}).kind, OutcomeKind::kDone);
  const std::size_t audit = audit_size();
  const auto position = read(store->ask(&Snapshot::last_change));
  const ChannelState failing{2, "it answers 19021", kNow, kNow + seconds(60), kNow - seconds(5)};
  const std::vector<Told> rows{{ending, 1, kNow + seconds(100), kNow}, {not_shown, 1, kNow + seconds(200), kNow}};
  ASSERT_EQ(submit(KeepTold{"duty", {{1}}, failing, rows, {}}).kind, OutcomeKind::kDone);
  reopen();
  EXPECT_EQ(told("duty"), rows);
  EXPECT_EQ(channels().front().state, failing);
  EXPECT_EQ(audit_size(), audit);
  EXPECT_EQ(read(store->ask(&Snapshot::last_change)), position);

  const Told later{ending, 2, kNow + seconds(100), kNow + seconds(9)};
  ASSERT_EQ(submit(KeepTold{"duty", {{1}}, {}, {later}, {not_shown}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(told("duty"), std::vector<Told>{later}) << "a row replaces the one of the same fact";
  EXPECT_EQ(channels().front().state, ChannelState());
}

TEST_P(NoticeContract, AChannelThatIsReplacedKeepsWhatItWasTold) {
  ASSERT_EQ(submit(PutNotifyChannel{"duty", "", {{1}}}).kind, OutcomeKind::kDone);
  const Told row{ending, 3, kNow, kNow};
  ASSERT_EQ(submit(KeepTold{"duty", {{1}}, {1, "slow", kNow, kNow, {}}, {row}, {}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(PutNotifyChannel{"duty", "new", {{2}}}).kind, OutcomeKind::kDone);
  EXPECT_EQ(told("duty"), std::vector<Told>{row});
  EXPECT_EQ(channels().front().state, ChannelState()) << "it may work now";
  const Told late{not_shown, 1, kNow, kNow};
  EXPECT_EQ(submit(KeepTold{"duty", {{1}}, {1, "slow", kNow, kNow, {}}, {late}, {}}).kind, OutcomeKind::kConverged)
      << "what became of a message to the former one";
  EXPECT_EQ(told("duty"), std::vector<Told>{row});
  EXPECT_EQ(channels().front().state, ChannelState());
}

TEST_P(NoticeContract, ADeletedChannelForgetsAndGetsNoRows) {
  ASSERT_EQ(submit(PutNotifyChannel{"duty", "", {{1}}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(PutNotifyChannel{"other", "", {{1}}}).kind, OutcomeKind::kDone);
  const Told row{ending, 3, kNow, kNow};
  ASSERT_EQ(submit(KeepTold{"duty", {{1}}, {}, {row}, {}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(KeepTold{"other", {{1}}, {}, {row}, {}}).kind, OutcomeKind::kDone);
  ASSERT_EQ(submit(DeleteNotifyChannel{"duty"}).kind, OutcomeKind::kDone);
  EXPECT_TRUE(told("duty").empty());
  EXPECT_EQ(told("other").size(), 1U);
  EXPECT_EQ(submit(KeepTold{"duty", {{1}}, {}, {row}, {}}).kind, OutcomeKind::kConverged)
      << "an answer that came too late";
  EXPECT_TRUE(told("duty").empty());
}

INSTANTIATE_TEST_SUITE_P(Adapters, NoticeContract, ::testing::ValuesIn(adapters()), adapter_name);

}  // namespace
}  // namespace livecert::store::testing
