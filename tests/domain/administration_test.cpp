#include "domain/administration.h"

#include "domain/ladder.h"

namespace livecert::domain {
namespace {

constexpr base::AccountId kAccount{2100000001};

template <typename Command, typename State>
Verdict<Effect> verdict(const Command& command, const State& state) {
  return decide(command, state);
}

TEST(InitialiseDecision, NeedsAnEmptyStoreAndAKeyOfTheDefaultProject) {
  Initialise command;
  EXPECT_EQ(verdict(command, false), Effect::kWrite);
  command.access_key.projects = {"default"};
  EXPECT_EQ(verdict(command, false), Effect::kWrite);
  command.access_key.projects = {"default", "live"};
  EXPECT_EQ(decide(command, false), Decision<Effect>(Refusal{Reason::kAbsent, Subject::kProject, {"live"}}));
  EXPECT_EQ(verdict(command, true), refused(Reason::kTaken, Subject::kStore));
}

TEST(CreateAccountDecision, NamesTheIdBeforeTheName) {
  CreateAccount command;
  command.account.id = kAccount;
  command.account.name = "acme";
  EXPECT_EQ(verdict(command, CreateAccountState{}), Effect::kWrite);
  EXPECT_EQ(decide(command, CreateAccountState{false, true}),
            Decision<Effect>(Refusal{Reason::kTaken, Subject::kAccountName, {"acme"}}));
  EXPECT_EQ(decide(command, CreateAccountState{true, true}),
            Decision<Effect>(Refusal{Reason::kTaken, Subject::kAccount, {kAccount.to_string()}}));
}

TEST(SetAccountStatusDecision, WritesWhatDiffers) {
  const SetAccountStatus command{kAccount, AccountStatus::kSuspended};
  EXPECT_EQ(verdict(command, std::optional(AccountStatus::kActive)), Effect::kWrite);
  EXPECT_EQ(verdict(command, std::optional(AccountStatus::kSuspended)), Effect::kNothing);
  EXPECT_EQ(verdict(command, std::optional<AccountStatus>()), refused(Reason::kAbsent, Subject::kAccount));
}

TEST(CreateAccessKeyDecision, TheFirstReasonIsTheAnswer) {
  CreateAccessKey command;
  command.access_key.id = "AKLTexample";
  CreateAccessKeyState state{true, std::nullopt, false};
  EXPECT_EQ(verdict(command, state), Effect::kWrite);
  state.is_id_taken = true;
  EXPECT_EQ(decide(command, state), Decision<Effect>(Refusal{Reason::kTaken, Subject::kAccessKey, {"AKLTexample"}}));
  state.missing_project = "live";
  EXPECT_EQ(decide(command, state), Decision<Effect>(Refusal{Reason::kAbsent, Subject::kProject, {"live"}}));
  state.account_exists = false;
  EXPECT_EQ(verdict(command, state), refused(Reason::kAbsent, Subject::kAccount));
}

TEST(SetAccessKeyEnabledDecision, NeverRepeatsAnIdThatIsNone) {
  const SetAccessKeyEnabled command{"perhaps-a-secret", false};
  EXPECT_EQ(verdict(command, std::optional(true)), Effect::kWrite);
  EXPECT_EQ(verdict(command, std::optional(false)), Effect::kNothing);
  EXPECT_EQ(decide(command, std::optional<bool>()),
            Decision<Effect>(Refusal{Reason::kAbsent, Subject::kAccessKey, {}}));
}

TEST(CreateProjectDecision, TheFirstReasonIsTheAnswer) {
  CreateProject command;
  command.project.name = "live";
  EXPECT_EQ(verdict(command, CreateProjectState{true, false}), Effect::kWrite);
  EXPECT_EQ(decide(command, CreateProjectState{true, true}),
            Decision<Effect>(Refusal{Reason::kTaken, Subject::kProject, {"live"}}));
  EXPECT_EQ(verdict(command, CreateProjectState{false, true}), refused(Reason::kAbsent, Subject::kAccount));
}

}  // namespace
}  // namespace livecert::domain
