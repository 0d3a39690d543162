#include "domain/ladder.h"
#include "domain/put_version.h"

namespace livecert::domain {
namespace {

using std::chrono::microseconds;

constexpr base::AccountId kMine{2100000001};
constexpr base::AccountId kTheirs{2100000002};
const base::Time kNow = base::from_unix_seconds(1'800'000'000);
const std::string kDomain = "live.example.net";

Caller caller() {
  Caller caller;
  caller.account = kMine;
  caller.projects = {"default", "live"};
  return caller;
}

// Of what an update and a relabelling find.
PutState state_with_target() {
  PutState state;
  state.target = ChainState{kMine, "default", "name", base::CertId(1), {}, {}, {}};
  return state;
}

struct CreateCase {
  Caller caller = domain::caller();
  PutVersion command = {};
  PutState state = {};
  [[nodiscard]] PutVerdict verdict() const { return decide(caller, command, state, kNow); }
};

TEST(CreateDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<CreateCase, PutVerdict>(
      {}, {
              {PutVerdict::kInactive, [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
              {PutVerdict::kForbidden, [](auto& one) { one.command.project = "other"; }},
              {PutVerdict::kProjectAbsent, [](auto& one) { one.state.project_exists = false; }},
              {PutVerdict::kConverged, [](auto& one) { one.state.claimed_by = PutState::Claim{}; }},
          });
  EXPECT_EQ(CreateCase().verdict(), PutVerdict::kInsertChain);
}

TEST(CreateDecision, LooksAtNoValidity) {
  CreateCase one;
  one.command.content.not_before = kNow + std::chrono::days(1);
  EXPECT_EQ(one.verdict(), PutVerdict::kInsertChain) << "nothing is bound to a chain that is made";
}

// A new version of a chain that a domain is bound to, which stays in its project.
struct UpdateCase {
  UpdateCase() {
    command.target = base::ChainId();
    command.project = "live";
    command.dns_names = {kDomain};
    command.content.content_digest[0] = 1;
    command.content.not_before = kNow;
    state.bound_domains = {kDomain};
  }
  Caller caller = domain::caller();
  PutVersion command = {};
  PutState state = state_with_target();
  [[nodiscard]] PutVerdict verdict() const { return decide(caller, command, state, kNow); }
};

TEST(UpdateDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<UpdateCase, PutVerdict>(
      {}, {
              {PutVerdict::kInactive, [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
              {PutVerdict::kChainAbsent, [](auto& one) { one.state.target.reset(); }},
              {PutVerdict::kForeign, [](auto& one) { one.state.target->account = kTheirs; }},
              {PutVerdict::kForbidden, [](auto& one) { one.state.target->project = "other"; }, "the chain's project"},
              {PutVerdict::kForbidden, [](auto& one) { one.command.project = "other"; }, "the project asked for"},
              {PutVerdict::kProjectAbsent, [](auto& one) { one.state.project_exists = false; }},
              {PutVerdict::kRelabel, [](auto& one) { one.command.content.content_digest[0] = 0; }},
              {PutVerdict::kUncovered, [](auto& one) { one.state.bound_domains.emplace_back("b.example.net"); }},
              {PutVerdict::kNotYetValid,
               [](auto& one) { one.command.content.not_before = kNow + kClockSkew + microseconds(1); }},
          });
  EXPECT_EQ(UpdateCase().verdict(), PutVerdict::kInsertVersion);
}

TEST(UpdateDecision, WithoutDomainsTheVersionNeedNotServeYet) {
  UpdateCase one;
  one.state.bound_domains.clear();
  one.command.dns_names.clear();
  one.command.content.not_before = kNow + std::chrono::days(1);
  EXPECT_EQ(one.verdict(), PutVerdict::kInsertVersion);
}

TEST(UpdateDecision, ToleratesClocksThatDiffer) {
  UpdateCase one;
  one.command.content.not_before = kNow + kClockSkew;
  EXPECT_EQ(one.verdict(), PutVerdict::kInsertVersion);
}

TEST(UpdateDecision, NeverConvergesOnAnotherChain) {
  UpdateCase one;
  one.state.claimed_by = PutState::Claim{};
  EXPECT_EQ(one.verdict(), PutVerdict::kInsertVersion);
}

TEST(UpdateDecision, EqualContentIsNoReasonToRefuseWhatCannotServe) {
  UpdateCase one;
  one.command.content.content_digest[0] = 0;
  one.command.project.reset();
  one.command.dns_names.clear();
  EXPECT_EQ(one.verdict(), PutVerdict::kConverged) << "nothing changes for the domain";
}

struct RelabelCase {
  Caller caller = domain::caller();
  RelabelChain command = {base::ChainId(), "other name", "live"};
  PutState state = state_with_target();
  [[nodiscard]] PutVerdict verdict() const { return decide(caller, command, state); }
};

TEST(RelabelDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<RelabelCase, PutVerdict>(
      {}, {
              {PutVerdict::kInactive, [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
              {PutVerdict::kChainAbsent, [](auto& one) { one.state.target.reset(); }},
              {PutVerdict::kForeign, [](auto& one) { one.state.target->account = kTheirs; }},
              {PutVerdict::kForbidden, [](auto& one) { one.state.target->project = "other"; }, "the chain's project"},
              {PutVerdict::kForbidden, [](auto& one) { one.command.project = "other"; }, "the project asked for"},
              {PutVerdict::kProjectAbsent, [](auto& one) { one.state.project_exists = false; }},
          });
}

TEST(RelabelDecision, OneDifferenceIsEnough) {
  struct Row {
    std::optional<std::string> name;
    std::optional<std::string> project;
    PutVerdict verdict;
  };
  const std::vector<Row> rows{
      {std::nullopt, std::nullopt, PutVerdict::kConverged}, {"name", "default", PutVerdict::kConverged},
      {"Name", std::nullopt, PutVerdict::kRelabel},         {"", std::nullopt, PutVerdict::kRelabel},
      {std::nullopt, "live", PutVerdict::kRelabel},         {"name", "live", PutVerdict::kRelabel},
      {"other", "default", PutVerdict::kRelabel},
  };
  for (const Row& row : rows) {
    RelabelCase one;
    one.command.name = row.name;
    one.command.project = row.project;
    EXPECT_EQ(one.verdict(), row.verdict) << row.name.value_or("-") << " " << row.project.value_or("-");
  }
}

}  // namespace
}  // namespace livecert::domain
