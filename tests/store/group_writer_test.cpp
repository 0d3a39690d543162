#include "store/group_writer.h"

#include <atomic>
#include <fstream>
#include <future>
#include <string>

#include <gtest/gtest.h>

#include "store/material.h"
#include "store/sql/sql_rows.h"
#include "store/sqlite/database.h"

namespace livecert::store {
namespace {

using testing::context_of;
using testing::kRoot;
using testing::ManualClock;

base::Error store_failure(const std::string& why) {
  return {base::ErrorCode::kStoreFailure, "the store failed", why};
}

// Rows that are neither read nor written: the commands of these tests have their own effects.
struct UnusedRows {
  UnusedRows() {
    const auto file = directory.path() / "unused.db";
    std::ofstream(file).close();
    database = *sqlite::Connection::open(file, sqlite::Connection::Mode::kReadWrite, "");
    rows = std::make_unique<sql::SqlRows>(*database);
  }
  testing::TemporaryDirectory directory;
  std::unique_ptr<sqlite::Connection> database;
  std::unique_ptr<sql::SqlRows> rows;
};

// An engine that does as it is told. `calls` has the calls that it got, in order; it may be read while the writer has
// nothing to do.
class ToldEngine final : public Engine {
 public:
  base::Result<void> begin() override {
    calls += "begin ";
    if (on_begin) on_begin();
    if (refuse_begin) return store_failure("not begun");
    return {};
  }
  Rows& rows() override { return *unused_.rows; }
  Ending commit() override {
    calls += "commit ";
    if (on_commit) on_commit();
    return ending;
  }
  void roll_back(const base::Error&) override { calls += "back "; }
  int retries() const override { return wanted_retries; }
  Pause after_group() override {
    calls += "after ";
    return std::nullopt;
  }
  Pause when_idle() override {
    calls += "idle ";
    ++idle_calls;
    return std::nullopt;
  }

  std::string calls;
  std::function<void()> on_begin;
  std::function<void()> on_commit;
  bool refuse_begin = false;
  int wanted_retries = 0;
  Ending ending;
  std::atomic<int> idle_calls = 0;

 private:
  UnusedRows unused_;
};

class GroupWriterTest : public ::testing::Test {
 protected:
  // `name` is the name of the setting, and tells the result: "fail", "converge", otherwise done.
  base::Result<Outcome> apply(const Command& command) {
    const std::string& name = std::get<PutSetting>(command).name;
    engine.calls += name + " ";
    if (name == "fail") return store_failure("of this command");
    return Outcome{name == "converge" ? OutcomeKind::kConverged : OutcomeKind::kDone};
  }
  std::unique_ptr<GroupWriter> make_writer(int max_group = 256) {
    return std::make_unique<GroupWriter>(
        engine, [this](Rows&, const Context&, const Command& command) { return apply(command); }, clock, max_group,
        watch);
  }
  static std::future<Outcome> submit(GroupWriter& writer, const std::string& name,
                                     const Context& context = context_of(kRoot)) {
    const auto answer = std::make_shared<std::promise<Outcome>>();
    writer.submit(context, PutSetting{name, {}}, [answer](Outcome outcome) { answer->set_value(std::move(outcome)); });
    return answer->get_future();
  }
  // Submits all of them while the transaction waits for its turn, and returns their outcomes.
  std::vector<Outcome> submit_together(const std::vector<std::string>& names, int max_group = 256) {
    auto writer = make_writer(max_group);
    std::vector<std::future<Outcome>> later;
    std::promise<void> has_begun;
    std::promise<void> may_go_on;
    bool first = true;
    engine.on_begin = [&] {
      if (!std::exchange(first, false)) return;
      has_begun.set_value();
      may_go_on.get_future().wait();
    };
    later.push_back(submit(*writer, names.front()));
    has_begun.get_future().wait();
    for (std::size_t i = 1; i < names.size(); ++i) later.push_back(submit(*writer, names[i]));
    may_go_on.set_value();
    std::vector<Outcome> outcomes;
    outcomes.reserve(later.size());
    for (auto& one : later) outcomes.push_back(one.get());
    writer.reset();
    return outcomes;
  }
  static std::vector<OutcomeKind> kinds(const std::vector<Outcome>& outcomes) {
    std::vector<OutcomeKind> kinds;
    kinds.reserve(outcomes.size());
    for (const Outcome& outcome : outcomes) kinds.push_back(outcome.kind);
    return kinds;
  }

  using Kinds = std::vector<OutcomeKind>;
  ManualClock clock;
  ToldEngine engine;
  GroupWriter::Watch watch;
};

TEST_F(GroupWriterTest, WhatComesWhileATransactionWaitsForItsTurnIsInItsGroup) {
  EXPECT_EQ(kinds(submit_together({"a", "b", "c"})), Kinds(3, OutcomeKind::kDone));
  EXPECT_EQ(engine.calls, "begin a b c commit after idle ");
}

TEST_F(GroupWriterTest, AGroupHasALargestSize) {
  submit_together({"a", "b", "c"}, 2);
  EXPECT_EQ(engine.calls, "begin a b commit after begin c commit after idle ");
}

TEST_F(GroupWriterTest, AfterAFailureEachHasATransactionOfItsOwn) {
  const auto outcomes = submit_together({"a", "fail", "b"});
  EXPECT_EQ(kinds(outcomes), (Kinds{OutcomeKind::kDone, OutcomeKind::kUnavailable, OutcomeKind::kDone}));
  EXPECT_EQ(outcomes[1].why, "of this command");
  EXPECT_EQ(engine.calls, "begin a fail back begin a commit begin fail back begin b commit after idle ");
}

TEST_F(GroupWriterTest, WhatFailsAloneIsNotRepeated) {
  EXPECT_EQ(kinds(submit_together({"fail"})), Kinds{OutcomeKind::kUnavailable});
  EXPECT_EQ(engine.calls, "begin fail back after idle ");
}

TEST_F(GroupWriterTest, WhatDidNotBeginIsNoMembersFault) {
  engine.refuse_begin = true;
  const auto outcomes = submit_together({"a", "b"});
  EXPECT_EQ(kinds(outcomes), Kinds(2, OutcomeKind::kUnavailable));
  EXPECT_EQ(outcomes[0].why, "not begun");
  EXPECT_EQ(engine.calls, "begin after idle ");
}

TEST_F(GroupWriterTest, WhatMayHaveTakenEffectIsNotRepeated) {
  engine.ending = {Ending::Kind::kUncertain, store_failure("the connection broke")};
  const auto outcomes = submit_together({"a", "converge"});
  EXPECT_EQ(kinds(outcomes), (Kinds{OutcomeKind::kUnknown, OutcomeKind::kUnavailable}))
      << "what wrote nothing is certain to have written nothing";
  EXPECT_EQ(outcomes[0].why, "the connection broke");
  EXPECT_EQ(engine.calls, "begin a converge commit after idle ");
}

TEST_F(GroupWriterTest, ACommitThatFailedIsRepeatedForEach) {
  engine.ending = {Ending::Kind::kFailed, {base::ErrorCode::kConflict, "", "busy"}};
  EXPECT_EQ(kinds(submit_together({"a", "b"})), Kinds(2, OutcomeKind::kConflict));
  EXPECT_EQ(engine.calls, "begin a b commit begin a commit begin b commit after idle ");
}

TEST_F(GroupWriterTest, AnEngineMayHaveItsConflictsRepeatedWithTheWholeGroup) {
  engine.wanted_retries = 2;
  engine.ending = {Ending::Kind::kFailed, {base::ErrorCode::kConflict, "", "busy"}};
  engine.on_commit = [&, commits = 0]() mutable {
    if (++commits == 3) engine.ending = {};
  };
  EXPECT_EQ(kinds(submit_together({"a", "b"})), Kinds(2, OutcomeKind::kDone));
  EXPECT_EQ(engine.calls, "begin a b commit begin a b commit begin a b commit after idle ");
}

TEST_F(GroupWriterTest, OnlyConflictsAreRepeatedWithTheWholeGroup) {
  engine.wanted_retries = 2;
  engine.ending = {Ending::Kind::kFailed, store_failure("broken")};
  EXPECT_EQ(kinds(submit_together({"a"})), Kinds{OutcomeKind::kUnavailable});
  EXPECT_EQ(engine.calls, "begin a commit after idle ");
}

TEST_F(GroupWriterTest, WhoseDeadlinePassedBeforeTheTransactionBeganIsNotApplied) {
  engine.on_begin = [&] { clock.advance(std::chrono::seconds(5)); };
  auto writer = make_writer();
  Context patient = context_of(kRoot);
  patient.deadline = clock.steady_now() + std::chrono::seconds(60);
  Context hasty = patient;
  hasty.deadline = clock.steady_now() + std::chrono::seconds(1);
  EXPECT_EQ(submit(*writer, "late", hasty).get().kind, OutcomeKind::kDeadlineExceeded);
  EXPECT_EQ(submit(*writer, "in-time", patient).get().kind, OutcomeKind::kDone);
  writer.reset();
  EXPECT_EQ(engine.calls.find("late"), std::string::npos) << engine.calls;
}

TEST_F(GroupWriterTest, CarriesOutBeforeItEndsWhatWasSubmitted) {
  auto writer = make_writer();
  std::vector<std::future<Outcome>> later;
  for (int i = 0; i < 20; ++i) later.push_back(submit(*writer, "a"));
  writer.reset();
  for (auto& one : later) EXPECT_EQ(one.get().kind, OutcomeKind::kDone);
}

TEST_F(GroupWriterTest, TellsWhoeverWatchesWhatItWroteAndHowLongTheCommitTook) {
  std::vector<GroupSeen> seen;
  engine.on_commit = [&] { clock.advance(std::chrono::milliseconds(3)); };
  watch = [&](const GroupSeen& group) { seen.push_back(group); };
  EXPECT_EQ(kinds(submit_together({"a", "b"})), Kinds(2, OutcomeKind::kDone));
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().commands, 2U);
  EXPECT_EQ(seen.back().waiting, 0U);
  EXPECT_EQ(seen.back().commit, std::chrono::milliseconds(3));
}

TEST_F(GroupWriterTest, WakingItRunsTheEnginesOwnWork) {
  auto writer = make_writer();
  writer->wake();
  while (engine.idle_calls == 0) std::this_thread::yield();
  writer.reset();
  EXPECT_GE(engine.idle_calls, 1);
}

}  // namespace
}  // namespace livecert::store
