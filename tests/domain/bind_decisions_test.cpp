#include "domain/bind.h"
#include "domain/ladder.h"

namespace livecert::domain {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr base::AccountId kMine{2100000001};
constexpr base::AccountId kTheirs{2100000002};
constexpr base::CertId kCurrent{2};
constexpr base::CertId kEarlier{1};
const base::Time kNow = base::from_unix_seconds(1'800'000'000);
constexpr char kDomain[] = "live.example.net";

ChainState chain_of(base::AccountId account) {
  return {account, "default", "name", kCurrent, {}, kNow - seconds(1), kNow + seconds(1)};
}

Caller caller_of(base::AccountId account) {
  Caller caller;
  caller.account = account;
  caller.projects = {"default"};
  return caller;
}

LiveDomain domain_of(base::AccountId account) {
  LiveDomain domain;
  domain.name = kDomain;
  domain.account = account;
  domain.project = "default";
  return domain;
}

struct BindCase {
  Caller caller = caller_of(kMine);
  Bind command = {kDomain, base::ChainId(), kCurrent, {kDomain}, {}};
  BindState state = {AccountStatus::kActive, chain_of(kMine), domain_of(kMine), std::nullopt};
  [[nodiscard]] Verdict<BindEffect> verdict() const { return decide(caller, command, state, kNow); }
};

TEST(BindDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<BindCase, Verdict<BindEffect>>(
      {},
      {
          {refused(Reason::kInactive, Subject::kAccount),
           [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
          {refused(Reason::kAbsent, Subject::kChain), [](auto& one) { one.state.chain.reset(); }},
          {refused(Reason::kForeign, Subject::kChain), [](auto& one) { one.state.chain->account = kTheirs; }},
          {refused(Reason::kForbidden, Subject::kProject), [](auto& one) { one.state.chain->project = "other"; },
           "the chain's project"},
          {refused(Reason::kForeign, Subject::kDomain), [](auto& one) { one.state.domain->account = kTheirs; }},
          {refused(Reason::kForbidden, Subject::kProject), [](auto& one) { one.state.domain->project = "other"; },
           "the domain's project"},
          {refused(Reason::kStale, Subject::kVersion), [](auto& one) { one.command.judged = kEarlier; }},
          {refused(Reason::kUncovered, Subject::kDomain), [](auto& one) { one.command.dns_names = {"b.example.net"}; }},
          {refused(Reason::kExpired, Subject::kDomain),
           [](auto& one) { one.state.chain->not_after = kNow - microseconds(1); }},
          {refused(Reason::kNotYetValid, Subject::kDomain),
           [](auto& one) { one.state.chain->not_before = kNow + kClockSkew + microseconds(1); }},
      });
}

TEST(BindDecision, OfADomainThatNobodyHasTheFirstReasonIsTheAnswerToo) {
  BindCase unowned;
  unowned.state.domain.reset();
  unowned.command.register_domain = true;
  EXPECT_EQ(unowned.verdict(), BindEffect::kRegisterAndBind);
  expect_ladder<BindCase, Verdict<BindEffect>>(
      unowned,
      {
          {refused(Reason::kStale, Subject::kVersion), [](auto& one) { one.command.judged = kEarlier; }},
          {refused(Reason::kAbsent, Subject::kDomain), [](auto& one) { one.command.register_domain = false; },
           "not to be made"},
          {refused(Reason::kAbsent, Subject::kDomain), [](auto& one) { one.command.dns_names.clear(); }, "not covered"},
          {refused(Reason::kExpired, Subject::kDomain),
           [](auto& one) { one.state.chain->not_after = kNow - microseconds(1); }},
      });
}

TEST(BindDecision, ConvergesOnTheSameChainWithTheSameSwitchesOnly) {
  BindCase one;
  one.state.binding = Binding{one.command.chain, one.command.tls, kNow - seconds(9), "another-key", "192.0.2.9"};
  EXPECT_EQ(one.verdict(), BindEffect::kNothing) << "who bound it and when is no difference";
  one.state.binding->chain = base::ChainId({1});
  EXPECT_EQ(one.verdict(), BindEffect::kBind);
  const std::vector<std::function<void(TlsSwitches&)>> differences{
      [](auto& tls) { tls.https = true; }, [](auto& tls) { tls.http2 = true; },
      [](auto& tls) { tls.min_version = TlsVersion::k13; }, [](auto& tls) { tls.max_version = TlsVersion::k13; }};
  for (const auto& differ : differences) {
    one.state.binding = Binding{one.command.chain, one.command.tls, kNow, "", ""};
    differ(one.state.binding->tls);
    EXPECT_EQ(one.verdict(), BindEffect::kBind);
  }
}

TEST(BindDecision, WhatIsBoundAlreadyIsStillRefusedOnceItHasExpired) {
  BindCase one;
  one.state.binding = Binding{one.command.chain, one.command.tls, kNow, "", ""};
  one.state.chain->not_after = kNow - microseconds(1);
  EXPECT_EQ(one.verdict(), refused(Reason::kExpired, Subject::kDomain));
}

struct RollbackCase {
  Caller caller = caller_of(kMine);
  Rollback command = {base::ChainId(), kEarlier, {kDomain}};
  RollbackState state = {
      AccountStatus::kActive, chain_of(kMine), {kDomain}, RollbackState::Version{kNow - seconds(1), kNow + seconds(1)}};
  [[nodiscard]] Verdict<Effect> verdict() const { return decide(caller, command, state, kNow); }
};

TEST(RollbackDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<RollbackCase, Verdict<Effect>>(
      {}, {
              {refused(Reason::kInactive, Subject::kAccount),
               [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
              {refused(Reason::kAbsent, Subject::kChain), [](auto& one) { one.state.chain.reset(); }},
              {refused(Reason::kForeign, Subject::kChain), [](auto& one) { one.state.chain->account = kTheirs; }},
              {refused(Reason::kForbidden, Subject::kProject), [](auto& one) { one.state.chain->project = "other"; }},
              {refused(Reason::kAbsent, Subject::kVersion), [](auto& one) { one.state.version.reset(); }},
              {Effect::kNothing, [](auto& one) { one.state.chain->current = kEarlier; }},
              {refused(Reason::kExpired, Subject::kVersion),
               [](auto& one) { one.state.version->not_after = kNow - microseconds(1); }},
              {refused(Reason::kUncovered, Subject::kDomain),
               [](auto& one) { one.state.bound_domains.emplace_back("b.example.net"); }},
              {refused(Reason::kNotYetValid, Subject::kDomain),
               [](auto& one) { one.state.version->not_before = kNow + kClockSkew + microseconds(1); }},
          });
}

TEST(RollbackDecision, WithoutDomainsOnlyTheEndOfTheVersionCounts) {
  RollbackCase one;
  one.state.bound_domains.clear();
  one.command.dns_names.clear();
  one.state.version->not_before = kNow + std::chrono::days(1);
  EXPECT_EQ(one.verdict(), Effect::kWrite);
  one.state.version->not_after = kNow;
  EXPECT_EQ(one.verdict(), Effect::kWrite) << "its last moment is one of its own";
  one.state.version->not_after = kNow - microseconds(1);
  EXPECT_EQ(one.verdict(), refused(Reason::kExpired, Subject::kVersion));
}

TEST(RollbackDecision, ToleratesClocksThatDiffer) {
  RollbackCase one;
  one.state.version->not_before = kNow + kClockSkew;
  EXPECT_EQ(one.verdict(), Effect::kWrite);
}

TEST(RollbackDecision, AnExpiredChainMayGoBackToAValidVersion) {
  RollbackCase one;
  one.state.chain->not_after = kNow - seconds(1);
  EXPECT_EQ(one.verdict(), Effect::kWrite);
}

struct DeleteCase {
  Caller caller = caller_of(kMine);
  DeleteChain command = {base::ChainId(), kNow + seconds(2)};
  DeleteState state = {AccountStatus::kActive, chain_of(kMine), {}, true};
  [[nodiscard]] Verdict<Effect> verdict() const { return decide(caller, command, state); }
};

TEST(DeleteDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<DeleteCase, Verdict<Effect>>(
      {},
      {
          {refused(Reason::kInactive, Subject::kAccount),
           [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
          {refused(Reason::kAbsent, Subject::kChain), [](auto& one) { one.state.chain.reset(); }},
          {refused(Reason::kForeign, Subject::kChain), [](auto& one) { one.state.chain->account = kTheirs; }},
          {refused(Reason::kForbidden, Subject::kProject), [](auto& one) { one.state.chain->project = "other"; }},
          {refused(Reason::kBound, Subject::kDomain), [](auto& one) { one.state.bound_domains = {kDomain}; }},
          {refused(Reason::kKept, Subject::kChain), [](auto& one) { one.state.superseded = false; }, "not superseded"},
          {refused(Reason::kKept, Subject::kChain), [](auto& one) { one.state.chain->not_after = kNow + seconds(2); },
           "not expired"},
      });
}

TEST(DeleteDecision, WithoutAConditionOnlyDomainsKeepAChain) {
  DeleteCase one;
  one.command.only_if_superseded_and_expired_before.reset();
  one.state.superseded = false;
  EXPECT_EQ(one.verdict(), Effect::kWrite);
  one.state.bound_domains = {kDomain};
  EXPECT_EQ(one.verdict(), refused(Reason::kBound, Subject::kDomain));
}

TEST(BindDecision, AVhostThatIsFullTakesNoDomainThatWouldHaveToBeMade) {
  BindCase one;
  one.state.in_vhost = kMaxDomainsOfVhost;
  EXPECT_EQ(one.verdict(), BindEffect::kBind) << "the domain has its vhost already";
  one.state.domain.reset();
  one.command.register_domain = true;
  EXPECT_EQ(decide(one.caller, one.command, one.state, kNow),
            Decision<BindEffect>(Refusal{Reason::kFull, Subject::kVhost, {"live-example-net"}}));
  --one.state.in_vhost;
  EXPECT_EQ(one.verdict(), BindEffect::kRegisterAndBind);
}

TEST(BindDecision, NamesTheDomain) {
  BindCase one;
  one.state.domain->account = kTheirs;
  EXPECT_EQ(decide(one.caller, one.command, one.state, kNow),
            Decision<BindEffect>(Refusal{Reason::kForeign, Subject::kDomain, {kDomain}}));
}

TEST(RegisteredDomain, IsOfTheChainsAccountAndProject) {
  ChainState chain = chain_of(kMine);
  chain.project = "live";
  const LiveDomain made = registered_domain(kDomain, chain, kNow);
  EXPECT_EQ(made.name, kDomain);
  EXPECT_EQ(made.account, kMine);
  EXPECT_EQ(made.project, "live");
  EXPECT_EQ(made.vhost, "live-example-net");
  EXPECT_EQ(made.type, kDefaultDomainType);
  EXPECT_EQ(made.region, kDefaultRegion);
  EXPECT_EQ(made.created_at, kNow);
}

TEST(Supersession, OnlyWhatWasMadeLaterSupersedes) {
  EXPECT_TRUE(supersedes(8, 7));
  EXPECT_FALSE(supersedes(7, 7));
  EXPECT_FALSE(supersedes(6, 7));
}

TEST(BoundAt, GrowsThoughTheClockWasSetBack) {
  EXPECT_EQ(next_bound_at(kNow, std::nullopt), kNow);
  EXPECT_EQ(next_bound_at(kNow, kNow - seconds(1)), kNow);
  EXPECT_EQ(next_bound_at(kNow, kNow), kNow + microseconds(1));
  EXPECT_EQ(next_bound_at(kNow, kNow + seconds(1)), kNow + seconds(1) + microseconds(1));
}

}  // namespace
}  // namespace livecert::domain
