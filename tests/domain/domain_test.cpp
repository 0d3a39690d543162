#include <gtest/gtest.h>

#include "domain/account.h"
#include "domain/chain.h"
#include "domain/ladder.h"
#include "domain/put_version.h"

namespace livecert::domain {
namespace {

using std::chrono::days;
using std::chrono::microseconds;

constexpr base::AccountId kMine{2100000001};
constexpr base::AccountId kTheirs{2100000002};

TEST(Decision19, ValidityStatusIsTheSmallestWindowThatContainsTheRemainingTime) {
  const base::Time now = base::from_unix_seconds(1'800'000'000);
  const auto after = [&](auto remaining) { return validity_status(now + remaining, now); };
  EXPECT_EQ(after(microseconds(-1)), "Expire");
  EXPECT_EQ(after(microseconds(0)), "1days");
  EXPECT_EQ(after(days(1)), "1days");
  EXPECT_EQ(after(days(1) + microseconds(1)), "7days");
  EXPECT_EQ(after(days(7)), "7days");
  EXPECT_EQ(after(days(7) + microseconds(1)), "15days");
  EXPECT_EQ(after(days(15)), "15days");
  EXPECT_EQ(after(days(15) + microseconds(1)), "30days");
  EXPECT_EQ(after(days(30)), "30days");
  EXPECT_EQ(after(days(30) + microseconds(1)), "OK");
}

TEST(Decision08, RepresentativeDomainPrefersTheCommonNameOnlyIfItIsAmongTheNames) {
  EXPECT_EQ(representative_domain("b.example", {"a.example", "b.example"}), "b.example");
  EXPECT_EQ(representative_domain("My Server", {"a.example", "b.example"}), "a.example");
  EXPECT_EQ(representative_domain("My Server", {}), "");
}

TEST(ParseName, TakesOnlyTheNamedCharacters) {
  EXPECT_TRUE(parse_name("ProjectName", "live-1.a_b"));
  for (const std::string& text : {std::string(), std::string("-a"), std::string("a b"), std::string("a/b"),
                                  std::string("\xe5\x90\x8d"), std::string(65, 'a'), std::string("a\0b", 3)}) {
    EXPECT_FALSE(parse_name("ProjectName", text)) << text;
  }
}

class Decide : public testing::Test {
 protected:
  Decide() {
    caller.account = kMine;
    command.content.content_digest[0] = 1;
  }
  ChainState& target(base::AccountId account, std::uint8_t digest) {
    command.target = base::ChainId();
    state.target = ChainState{account, "default", "name", base::CertId(1), {}, {}, {}};
    state.target->content_digest[0] = digest;
    return *state.target;
  }
  [[nodiscard]] Verdict<PutEffect> verdict() const { return decide(caller, command, state, base::Time()); }

  Caller caller;
  PutVersion command;
  PutState state;
};

TEST_F(Decide, CreatesAndConverges) {
  EXPECT_EQ(verdict(), PutEffect::kInsertChain);
  state.claimed_by = PutState::Claim{};
  EXPECT_EQ(verdict(), PutEffect::kNothing);
  command.converge_duplicates = false;
  EXPECT_EQ(verdict(), PutEffect::kInsertChain);
}

TEST_F(Decide, UpdatesOnlyWithNewContent) {
  target(kMine, 2);
  EXPECT_EQ(verdict(), PutEffect::kInsertVersion);
  target(kMine, 1);
  EXPECT_EQ(verdict(), PutEffect::kNothing);
  command.name = "name";
  command.project = "default";
  EXPECT_EQ(verdict(), PutEffect::kNothing);
  command.name = "other";
  EXPECT_EQ(verdict(), PutEffect::kRelabel);
}

TEST_F(Decide, ASuspendedAccountWritesNothing) {
  state.account_status = AccountStatus::kSuspended;
  EXPECT_EQ(verdict(), refused(Reason::kInactive, Subject::kAccount));
  target(kMine, 1);
  EXPECT_EQ(verdict(), refused(Reason::kInactive, Subject::kAccount));
}

TEST_F(Decide, AnotherAccountsChainIsForeignWhateverElseIsWrong) {
  target(kTheirs, 1);
  command.project = "unknown";
  state.project_exists = false;
  EXPECT_EQ(verdict(), refused(Reason::kForeign, Subject::kChain));
}

TEST_F(Decide, UnknownChainsAndProjectsAreAbsent) {
  state.project_exists = false;
  command.project = "unknown";
  EXPECT_EQ(verdict(), refused(Reason::kAbsent, Subject::kProject));
  command.target = base::ChainId();
  EXPECT_EQ(verdict(), refused(Reason::kAbsent, Subject::kChain));
}

TEST_F(Decide, AKeyLimitedToProjectsStaysInsideThem) {
  caller.projects = {"live"};
  EXPECT_EQ(verdict(), refused(Reason::kForbidden, Subject::kProject)) << "the default project is a project too";
  command.project = "live";
  EXPECT_EQ(verdict(), PutEffect::kInsertChain);
  target(kMine, 2);
  EXPECT_EQ(verdict(), refused(Reason::kForbidden, Subject::kProject)) << "the chain is outside";
  target(kMine, 2).project = "live";
  EXPECT_EQ(verdict(), PutEffect::kInsertVersion);
  command.project = "default";
  EXPECT_EQ(verdict(), refused(Reason::kForbidden, Subject::kProject)) << "it may not be moved out";
}

}  // namespace
}  // namespace livecert::domain
