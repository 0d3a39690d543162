#include "domain/domain_changes.h"

#include "domain/ladder.h"

namespace livecert::domain {
namespace {

constexpr base::AccountId kMine{2100000001};
constexpr base::AccountId kTheirs{2100000002};
constexpr base::CertId kCurrent{2};
const base::Time kNow = base::from_unix_seconds(1'800'000'000);
constexpr char kDomain[] = "live.example.net";
using Effects = std::vector<NewDomainEffect>;

Caller caller() {
  Caller caller;
  caller.account = kMine;
  caller.projects = {"default"};
  return caller;
}

LiveDomain domain_of(base::AccountId account, const DomainName& name = kDomain) {
  LiveDomain domain;
  domain.name = name;
  domain.account = account;
  domain.project = "default";
  domain.vhost = "show";
  domain.type = "push";
  domain.region = "cn";
  return domain;
}

// One domain that no account has, with a chain to bind.
struct CreateCase {
  CreateCase() {
    Bind bind{kDomain, base::ChainId({7}), kCurrent, {kDomain}, {}};
    command.domains = {{domain_of(kMine), bind}};
    state.domains = {{true, std::nullopt, std::nullopt, chain()}};
  }
  static ChainState chain() { return {kMine, "default", "name", kCurrent, {}, kNow, kNow}; }
  Caller caller = domain::caller();
  CreateDomains command = {};
  CreateDomainsState state = {};
  [[nodiscard]] Decision<Effects> decision() const { return decide(caller, command, state, kNow); }
  [[nodiscard]] std::pair<Reason, Subject> refusal() const {
    const auto made = decision();
    const auto* refusal = std::get_if<Refusal>(&made);
    return refusal == nullptr ? refused(Reason::kKept, Subject::kStore) : refused(refusal->reason, refusal->subject);
  }
  [[nodiscard]] std::optional<Refusal> whole_refusal() const {
    const auto made = decision();
    const auto* refusal = std::get_if<Refusal>(&made);
    return refusal == nullptr ? std::nullopt : std::optional(*refusal);
  }
  [[nodiscard]] Effects effects() const {
    const auto made = decision();
    const auto* effects = std::get_if<Effects>(&made);
    return effects == nullptr ? Effects() : *effects;
  }
  [[nodiscard]] std::pair<Reason, Subject> verdict() const { return refusal(); }
};

void expect_effect(const CreateCase& one, bool insert, bool bind) {
  const Effects effects = one.effects();
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(effects[0].insert, insert);
  EXPECT_EQ(effects[0].bind, bind);
}

TEST(CreateDomainsDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<CreateCase, std::pair<Reason, Subject>>(
      {},
      {
          {refused(Reason::kInactive, Subject::kAccount),
           [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
          {refused(Reason::kForbidden, Subject::kProject),
           [](auto& one) { one.command.domains[0].domain.project = "other"; }},
          {refused(Reason::kAbsent, Subject::kProject), [](auto& one) { one.state.domains[0].project_exists = false; }},
          {refused(Reason::kForeign, Subject::kDomain),
           [](auto& one) { one.state.domains[0].domain = domain_of(kTheirs); }},
          {refused(Reason::kAbsent, Subject::kChain), [](auto& one) { one.state.domains[0].chain.reset(); }},
          {refused(Reason::kStale, Subject::kVersion),
           [](auto& one) { one.command.domains[0].bind->judged = base::CertId(1); }},
          {refused(Reason::kUncovered, Subject::kDomain),
           [](auto& one) { one.command.domains[0].bind->dns_names.clear(); }},
          {refused(Reason::kFull, Subject::kVhost), [](auto& one) { one.state.in_vhost["show"] = 10; }},
      });
  expect_effect(CreateCase(), true, true);
}

TEST(CreateDomainsDecision, AnAccountThatIsNotThereIsInactive) {
  CreateCase one;
  one.state.account_status.reset();
  EXPECT_EQ(one.refusal(), refused(Reason::kInactive, Subject::kAccount));
}

TEST(CreateDomainsDecision, WhatIsThereMayDifferInTagsTimeAndStatusOnly) {
  CreateCase one;
  one.command.domains[0].bind.reset();
  LiveDomain present = domain_of(kMine);
  present.tags = {{"a", "b"}};
  present.created_at = kNow;
  present.status = DomainStatus::kDisabled;
  one.state.domains[0].domain = present;
  expect_effect(one, false, false);
  const std::vector<std::function<void(LiveDomain&)>> differences{
      [](auto& domain) { domain.project = "live"; }, [](auto& domain) { domain.vhost = "other"; },
      [](auto& domain) { domain.type = "pull-flv"; }, [](auto& domain) { domain.region = "cn-global"; }};
  for (const auto& differ : differences) {
    one.state.domains[0].domain = present;
    differ(*one.state.domains[0].domain);
    EXPECT_EQ(one.whole_refusal(), (Refusal{Reason::kTaken, Subject::kDomain, {kDomain}}));
  }
}

TEST(CreateDomainsDecision, TheSameCommandAgainUndoesNothingThatWasSwitchedSince) {
  CreateCase one;
  one.state.domains[0].domain = domain_of(kMine);
  one.state.domains[0].binding = Binding{one.command.domains[0].bind->chain, {.https = true}, kNow, "", ""};
  expect_effect(one, false, false);
  one.command.domains[0].bind->judged = base::CertId(1);
  expect_effect(one, false, false);  // nothing is bound, so nothing can be stale
  one.command.domains[0].bind->judged = kCurrent;
  one.state.domains[0].binding->chain = base::ChainId({8});
  expect_effect(one, false, true);
}

TEST(CreateDomainsDecision, AVhostTakesTenCountingThoseOfTheCommand) {
  CreateCase one;
  one.command.domains[0].bind.reset();
  one.command.domains.push_back({domain_of(kMine, "b.example.net"), std::nullopt});
  one.state.domains.push_back(one.state.domains[0]);
  one.state.in_vhost["show"] = 8;
  EXPECT_EQ(one.effects().size(), 2U);
  one.state.in_vhost["show"] = 9;
  EXPECT_EQ(one.whole_refusal(), (Refusal{Reason::kFull, Subject::kVhost, {"show"}}));
  one.state.domains[1].domain = domain_of(kMine, "b.example.net");
  EXPECT_EQ(one.effects().size(), 2U) << "what is there already needs no room";
}

TEST(CreateDomainsDecision, TheFirstDomainThatIsRefusedDecides) {
  CreateCase one;
  one.command.domains.push_back({domain_of(kMine, "b.example.net"), std::nullopt});
  one.state.domains.push_back({false, std::nullopt, std::nullopt, std::nullopt});
  EXPECT_EQ(one.refusal(), refused(Reason::kAbsent, Subject::kProject));
  one.state.domains[0].chain.reset();
  EXPECT_EQ(one.refusal(), refused(Reason::kAbsent, Subject::kChain));
}

struct ChangeCase {
  Caller caller = domain::caller();
  DomainState state = {AccountStatus::kActive, domain_of(kMine), true};
  [[nodiscard]] Verdict<Effect> verdict() const { return decide(caller, DeleteDomain{kDomain}, state); }
};

TEST(ChangeDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<ChangeCase, Verdict<Effect>>(
      {}, {
              {refused(Reason::kInactive, Subject::kAccount),
               [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
              {refused(Reason::kAbsent, Subject::kDomain), [](auto& one) { one.state.domain.reset(); }},
              {refused(Reason::kForeign, Subject::kDomain), [](auto& one) { one.state.domain->account = kTheirs; }},
              {refused(Reason::kForbidden, Subject::kProject), [](auto& one) { one.state.domain->project = "other"; }},
          });
  EXPECT_EQ(ChangeCase().verdict(), Effect::kWrite);
}

TEST(ChangeDecision, WhatIsSoAlreadyIsNotWritten) {
  ChangeCase one;
  const auto status = [&](DomainStatus wanted) {
    return Verdict<Effect>(decide(one.caller, SetDomainStatus{kDomain, wanted}, one.state));
  };
  EXPECT_EQ(status(DomainStatus::kNormal), Effect::kNothing);
  EXPECT_EQ(status(DomainStatus::kDisabled), Effect::kWrite);
  EXPECT_EQ(Verdict<Effect>(decide(one.caller, Unbind{kDomain}, one.state)), Effect::kWrite);
  one.state.is_bound = false;
  EXPECT_EQ(Verdict<Effect>(decide(one.caller, Unbind{kDomain}, one.state)), Effect::kNothing);
  one.state.domain.reset();
  EXPECT_EQ(status(DomainStatus::kNormal), refused(Reason::kAbsent, Subject::kDomain));
  EXPECT_EQ(Verdict<Effect>(decide(one.caller, Unbind{kDomain}, one.state)),
            refused(Reason::kAbsent, Subject::kDomain));
}

struct VhostCase {
  Caller caller = domain::caller();
  SetDomainVhost command = {kDomain, "", "push.example.net"};
  VhostState state = sound_state();
  static LiveDomain other() {
    LiveDomain domain = domain_of(kMine, "push.example.net");
    domain.vhost = "stage";
    return domain;
  }
  // A separate function: in one expression, GCC 12 takes the optional for uninitialised.
  static VhostState sound_state() {
    VhostState state;
    state.domain = {AccountStatus::kActive, domain_of(kMine), false};
    state.other = other();
    state.in_vhost = 9;
    return state;
  }
  [[nodiscard]] Verdict<Effect> verdict() const { return decide(caller, command, state); }
};

TEST(VhostDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<VhostCase, Verdict<Effect>>(
      {},
      {
          {refused(Reason::kForeign, Subject::kDomain), [](auto& one) { one.state.domain.domain->account = kTheirs; }},
          {refused(Reason::kAbsent, Subject::kDomain), [](auto& one) { one.state.other.reset(); }},
          {Effect::kNothing, [](auto& one) { one.state.other->vhost = "show"; }},
          {refused(Reason::kFull, Subject::kVhost), [](auto& one) { one.state.in_vhost = 10; }},
      });
  EXPECT_EQ(VhostCase().verdict(), Effect::kWrite);
}

TEST(VhostDecision, TheOtherDomainsVhostIsWantedWhenOneIsNamed) {
  EXPECT_EQ(wanted_vhost({kDomain, "own", std::nullopt}, VhostCase::other()), "own");
  EXPECT_EQ(wanted_vhost({kDomain, "own", "push.example.net"}, VhostCase::other()), "stage");
  EXPECT_EQ(wanted_vhost({kDomain, "own", "push.example.net"}, std::nullopt), "");
}

struct MoveCase {
  MoveDomain command = {kDomain, kTheirs};
  MoveState state = {AccountStatus::kActive, domain_of(kMine), true, 9};
  [[nodiscard]] Verdict<Effect> verdict() const { return decide(command, state); }
};

TEST(MoveDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<MoveCase, Verdict<Effect>>(
      {}, {
              {refused(Reason::kInactive, Subject::kAccount), [](auto& one) { one.state.account_status.reset(); }},
              {refused(Reason::kAbsent, Subject::kDomain), [](auto& one) { one.state.domain.reset(); }},
              {refused(Reason::kAbsent, Subject::kAccount), [](auto& one) { one.state.account_exists = false; }},
              {Effect::kNothing, [](auto& one) { one.state.domain->account = kTheirs; }},
              {refused(Reason::kFull, Subject::kVhost), [](auto& one) { one.state.in_vhost = 10; }},
          });
  EXPECT_EQ(MoveCase().verdict(), Effect::kWrite) << "of anybody: the service decides who may";
}

}  // namespace
}  // namespace livecert::domain
