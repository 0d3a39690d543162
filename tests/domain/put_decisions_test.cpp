#include "domain/ladder.h"
#include "domain/put_version.h"

namespace livecert::domain {
namespace {

using std::chrono::microseconds;

constexpr base::AccountId kMine{2100000001};
constexpr base::AccountId kTheirs{2100000002};
const base::Time kNow = base::from_unix_seconds(1'800'000'000);
constexpr char kDomain[] = "live.example.net";

Caller caller() {
  Caller caller;
  caller.account = kMine;
  caller.projects = {"default", "live"};
  return caller;
}

// The state that an update and a relabelling read.
PutState state_with_target() {
  PutState state;
  state.target = ChainState{kMine, "default", "name", base::CertId(1), {}, {}, {}};
  return state;
}

struct CreateCase {
  Caller caller = domain::caller();
  PutVersion command = {};
  PutState state = {};
  [[nodiscard]] Verdict<PutEffect> verdict() const { return decide(caller, command, state, kNow); }
};

TEST(CreateDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<CreateCase, Verdict<PutEffect>>(
      {}, {
              {refused(Reason::kInactive, Subject::kAccount),
               [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
              {refused(Reason::kForbidden, Subject::kProject), [](auto& one) { one.command.project = "other"; }},
              {refused(Reason::kAbsent, Subject::kProject), [](auto& one) { one.state.project_exists = false; }},
              {PutEffect::kNothing, [](auto& one) { one.state.claimed_by = PutState::Claim{}; }},
              {refused(Reason::kTaken, Subject::kChain), [](auto& one) { one.state.is_chain_taken = true; }},
              {refused(Reason::kTaken, Subject::kVersion), [](auto& one) { one.state.is_version_taken = true; }},
          });
  EXPECT_EQ(CreateCase().verdict(), PutEffect::kInsertChain);
}

TEST(CreateDecision, LooksAtNoValidity) {
  CreateCase one;
  one.command.content.not_before = kNow + std::chrono::days(1);
  EXPECT_EQ(one.verdict(), PutEffect::kInsertChain) << "nothing is bound to a chain that is made";
}

// A new version of a chain that a domain is bound to, which stays in its project.
struct UpdateCase {
  UpdateCase() {
    command.target = base::ChainId();
    command.project = "live";
    command.dns_names = {kDomain};
    command.content.content_digest[0] = 1;
    command.content.not_before = kNow;
    command.version = base::CertId(8);
    state.bound_domains = {kDomain};
  }
  Caller caller = domain::caller();
  PutVersion command = {};
  PutState state = state_with_target();
  [[nodiscard]] Verdict<PutEffect> verdict() const { return decide(caller, command, state, kNow); }
};

TEST(UpdateDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<UpdateCase, Verdict<PutEffect>>(
      {}, {
              {refused(Reason::kInactive, Subject::kAccount),
               [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
              {refused(Reason::kAbsent, Subject::kChain), [](auto& one) { one.state.target.reset(); }},
              {refused(Reason::kForeign, Subject::kChain), [](auto& one) { one.state.target->account = kTheirs; }},
              {refused(Reason::kForbidden, Subject::kProject), [](auto& one) { one.state.target->project = "other"; },
               "the chain's project"},
              {refused(Reason::kForbidden, Subject::kProject), [](auto& one) { one.command.project = "other"; },
               "the project asked for"},
              {refused(Reason::kAbsent, Subject::kProject), [](auto& one) { one.state.project_exists = false; }},
              {PutEffect::kRelabel, [](auto& one) { one.command.content.content_digest[0] = 0; }},
              {refused(Reason::kUncovered, Subject::kDomain),
               [](auto& one) { one.state.bound_domains.emplace_back("b.example.net"); }},
              {refused(Reason::kNotYetValid, Subject::kDomain),
               [](auto& one) { one.command.content.not_before = kNow + kClockSkew + microseconds(1); }},
              {refused(Reason::kTaken, Subject::kVersion), [](auto& one) { one.state.is_version_taken = true; }},
              {refused(Reason::kOvertaken, Subject::kVersion),
               [](auto& one) {
                 one.state.versions = {base::CertId(1), base::CertId(9)};
               }},
          });
  EXPECT_EQ(UpdateCase().verdict(), PutEffect::kInsertVersion);
}

TEST(UpdateDecision, WithoutDomainsTheVersionNeedNotServeYet) {
  UpdateCase one;
  one.state.bound_domains.clear();
  one.command.dns_names.clear();
  one.command.content.not_before = kNow + std::chrono::days(1);
  EXPECT_EQ(one.verdict(), PutEffect::kInsertVersion);
}

TEST(UpdateDecision, ToleratesClocksThatDiffer) {
  UpdateCase one;
  one.command.content.not_before = kNow + kClockSkew;
  EXPECT_EQ(one.verdict(), PutEffect::kInsertVersion);
}

TEST(UpdateDecision, NeverConvergesOnAnotherChain) {
  UpdateCase one;
  one.state.claimed_by = PutState::Claim{};
  EXPECT_EQ(one.verdict(), PutEffect::kInsertVersion);
}

TEST(UpdateDecision, EqualContentIsNoReasonToRefuseWhatCannotServe) {
  UpdateCase one;
  one.command.content.content_digest[0] = 0;
  one.command.project.reset();
  one.command.dns_names.clear();
  EXPECT_EQ(one.verdict(), PutEffect::kNothing) << "nothing changes for the domain";
}

struct RelabelCase {
  Caller caller = domain::caller();
  RelabelChain command = {base::ChainId(), "other name", "live"};
  PutState state = state_with_target();
  [[nodiscard]] Verdict<Effect> verdict() const { return decide(caller, command, state); }
};

TEST(RelabelDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<RelabelCase, Verdict<Effect>>(
      {}, {
              {refused(Reason::kInactive, Subject::kAccount),
               [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
              {refused(Reason::kAbsent, Subject::kChain), [](auto& one) { one.state.target.reset(); }},
              {refused(Reason::kForeign, Subject::kChain), [](auto& one) { one.state.target->account = kTheirs; }},
              {refused(Reason::kForbidden, Subject::kProject), [](auto& one) { one.state.target->project = "other"; },
               "the chain's project"},
              {refused(Reason::kForbidden, Subject::kProject), [](auto& one) { one.command.project = "other"; },
               "the project asked for"},
              {refused(Reason::kAbsent, Subject::kProject), [](auto& one) { one.state.project_exists = false; }},
          });
}

TEST(RelabelDecision, OneDifferenceIsEnough) {
  struct Row {
    std::optional<std::string> name;
    std::optional<std::string> project;
    Verdict<Effect> verdict;
  };
  const std::vector<Row> rows{
      {std::nullopt, std::nullopt, Effect::kNothing}, {"name", "default", Effect::kNothing},
      {"Name", std::nullopt, Effect::kWrite},         {"", std::nullopt, Effect::kWrite},
      {std::nullopt, "live", Effect::kWrite},         {"name", "live", Effect::kWrite},
      {"other", "default", Effect::kWrite},
  };
  for (const Row& row : rows) {
    RelabelCase one;
    one.command.name = row.name;
    one.command.project = row.project;
    EXPECT_EQ(one.verdict(), row.verdict) << row.name.value_or("-") << " " << row.project.value_or("-");
  }
}

TEST(AbsentAccount, IsNamedBeforeAnythingElse) {
  CreateCase create;
  create.state.account_status.reset();
  create.command.project = "other";
  EXPECT_EQ(create.verdict(), refused(Reason::kAbsent, Subject::kAccount));
  RelabelCase relabel;
  relabel.state.account_status.reset();
  EXPECT_EQ(relabel.verdict(), refused(Reason::kAbsent, Subject::kAccount));
}

TEST(Refusals, NameWhatTheyAreAbout) {
  CreateCase create;
  create.state.project_exists = false;
  EXPECT_EQ(decide(create.caller, create.command, create.state, kNow),
            Decision<PutEffect>(Refusal{Reason::kAbsent, Subject::kProject, {"default"}}));
  UpdateCase update;
  update.state.bound_domains = {"b.example.net", kDomain, "a.example.net"};
  EXPECT_EQ(decide(update.caller, update.command, update.state, kNow),
            Decision<PutEffect>(Refusal{Reason::kUncovered, Subject::kDomain, {"b.example.net", "a.example.net"}}));
}

TEST(HolderAfter, NamesWhatHoldsTheContentThen) {
  const base::ChainId made({1});
  const base::ChainId claimant({2});
  const base::ChainId target({3});
  PutVersion command;
  command.chain = made;
  command.version = base::CertId(9);
  PutState state;
  EXPECT_EQ(holder_after(command, state, PutEffect::kInsertChain).chain, made);
  state.claimed_by = PutState::Claim{claimant, base::CertId(4)};
  state.bound_domains = {"b.example.net", kDomain};
  const Holder claimed = holder_after(command, state, PutEffect::kNothing);
  EXPECT_EQ(claimed.chain, claimant);
  EXPECT_EQ(claimed.version, base::CertId(4));
  EXPECT_EQ(claimed.domain, "b.example.net");
  command.target = target;
  state.target = ChainState{kMine, "default", "name", base::CertId(5), {}, {}, {}};
  const Holder updated = holder_after(command, state, PutEffect::kInsertVersion);
  EXPECT_EQ(updated.chain, target);
  EXPECT_EQ(updated.version, base::CertId(9));
  EXPECT_EQ(updated.domain, "b.example.net");
  EXPECT_EQ(holder_after(command, state, PutEffect::kRelabel).version, base::CertId(5));
}

TEST(VersionsToDrop, AreTheOldestOfThoseThatAreNotCurrent) {
  using Ids = std::vector<base::CertId>;
  const Ids versions{base::CertId(3), base::CertId(1), base::CertId(4), base::CertId(2)};
  EXPECT_EQ(versions_to_drop(versions, base::CertId(9), 5), Ids{});
  EXPECT_EQ(versions_to_drop(versions, base::CertId(9), 3), (Ids{base::CertId(2), base::CertId(1)}));
  EXPECT_EQ(versions_to_drop(versions, base::CertId(1), 2), (Ids{base::CertId(3), base::CertId(2)}))
      << "the current one stays, however old it is";
  for (const int keep : {1, 0, -1}) EXPECT_EQ(versions_to_drop(versions, base::CertId(4), keep).size(), 3U);
}

}  // namespace
}  // namespace livecert::domain
