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
const std::string kDomain = "live.example.net";

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
  [[nodiscard]] BindVerdict verdict() const { return decide(caller, command, state, kNow); }
};

TEST(BindDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<BindCase, BindVerdict>(
      {}, {
              {BindVerdict::kInactive, [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
              {BindVerdict::kChainAbsent, [](auto& one) { one.state.chain.reset(); }},
              {BindVerdict::kForeignChain, [](auto& one) { one.state.chain->account = kTheirs; }},
              {BindVerdict::kForbidden, [](auto& one) { one.state.chain->project = "other"; }, "the chain's project"},
              {BindVerdict::kForeignDomain, [](auto& one) { one.state.domain->account = kTheirs; }},
              {BindVerdict::kForbidden, [](auto& one) { one.state.domain->project = "other"; }, "the domain's project"},
              {BindVerdict::kStale, [](auto& one) { one.command.judged = kEarlier; }},
              {BindVerdict::kUncovered, [](auto& one) { one.command.dns_names = {"b.example.net"}; }},
              {BindVerdict::kExpired, [](auto& one) { one.state.chain->not_after = kNow - microseconds(1); }},
              {BindVerdict::kNotYetValid,
               [](auto& one) { one.state.chain->not_before = kNow + kClockSkew + microseconds(1); }},
          });
}

TEST(BindDecision, OfADomainThatNobodyHasTheFirstReasonIsTheAnswerToo) {
  BindCase unowned;
  unowned.state.domain.reset();
  unowned.command.register_domain = true;
  EXPECT_EQ(unowned.verdict(), BindVerdict::kRegisterAndBind);
  expect_ladder<BindCase, BindVerdict>(
      unowned,
      {
          {BindVerdict::kStale, [](auto& one) { one.command.judged = kEarlier; }},
          {BindVerdict::kDomainAbsent, [](auto& one) { one.command.register_domain = false; }, "not to be made"},
          {BindVerdict::kDomainAbsent, [](auto& one) { one.command.dns_names.clear(); }, "not covered"},
          {BindVerdict::kExpired, [](auto& one) { one.state.chain->not_after = kNow - microseconds(1); }},
      });
}

TEST(BindDecision, ConvergesOnTheSameChainWithTheSameSwitchesOnly) {
  BindCase one;
  one.state.binding = Binding{one.command.chain, one.command.tls, kNow - seconds(9), "another-key", "192.0.2.9"};
  EXPECT_EQ(one.verdict(), BindVerdict::kConverged) << "who bound it and when is no difference";
  one.state.binding->chain = base::ChainId({1});
  EXPECT_EQ(one.verdict(), BindVerdict::kBind);
  const std::vector<std::function<void(TlsSwitches&)>> differences{
      [](auto& tls) { tls.https = true; }, [](auto& tls) { tls.http2 = true; },
      [](auto& tls) { tls.min_version = "TLSv1.3"; }, [](auto& tls) { tls.max_version = "TLSv1.3"; }};
  for (const auto& differ : differences) {
    one.state.binding = Binding{one.command.chain, one.command.tls, kNow, "", ""};
    differ(one.state.binding->tls);
    EXPECT_EQ(one.verdict(), BindVerdict::kBind);
  }
}

TEST(BindDecision, WhatIsBoundAlreadyIsStillRefusedOnceItHasExpired) {
  BindCase one;
  one.state.binding = Binding{one.command.chain, one.command.tls, kNow, "", ""};
  one.state.chain->not_after = kNow - microseconds(1);
  EXPECT_EQ(one.verdict(), BindVerdict::kExpired);
}

struct RollbackCase {
  Caller caller = caller_of(kMine);
  Rollback command = {base::ChainId(), kEarlier, {kDomain}};
  RollbackState state = {
      AccountStatus::kActive, chain_of(kMine), {kDomain}, RollbackState::Version{kNow - seconds(1), kNow + seconds(1)}};
  [[nodiscard]] RollbackVerdict verdict() const { return decide(caller, command, state, kNow); }
};

TEST(RollbackDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<RollbackCase, RollbackVerdict>(
      {}, {
              {RollbackVerdict::kInactive, [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
              {RollbackVerdict::kChainAbsent, [](auto& one) { one.state.chain.reset(); }},
              {RollbackVerdict::kForeign, [](auto& one) { one.state.chain->account = kTheirs; }},
              {RollbackVerdict::kForbidden, [](auto& one) { one.state.chain->project = "other"; }},
              {RollbackVerdict::kVersionAbsent, [](auto& one) { one.state.version.reset(); }},
              {RollbackVerdict::kConverged, [](auto& one) { one.state.chain->current = kEarlier; }},
              {RollbackVerdict::kExpired, [](auto& one) { one.state.version->not_after = kNow - microseconds(1); }},
              {RollbackVerdict::kUncovered, [](auto& one) { one.state.bound_domains.emplace_back("b.example.net"); }},
              {RollbackVerdict::kNotYetValid,
               [](auto& one) { one.state.version->not_before = kNow + kClockSkew + microseconds(1); }},
          });
}

TEST(RollbackDecision, WithoutDomainsOnlyTheEndOfTheVersionCounts) {
  RollbackCase one;
  one.state.bound_domains.clear();
  one.command.dns_names.clear();
  one.state.version->not_before = kNow + std::chrono::days(1);
  EXPECT_EQ(one.verdict(), RollbackVerdict::kMakeCurrent);
  one.state.version->not_after = kNow;
  EXPECT_EQ(one.verdict(), RollbackVerdict::kMakeCurrent) << "its last moment is one of its own";
  one.state.version->not_after = kNow - microseconds(1);
  EXPECT_EQ(one.verdict(), RollbackVerdict::kExpired);
}

TEST(RollbackDecision, ToleratesClocksThatDiffer) {
  RollbackCase one;
  one.state.version->not_before = kNow + kClockSkew;
  EXPECT_EQ(one.verdict(), RollbackVerdict::kMakeCurrent);
}

TEST(RollbackDecision, AnExpiredChainMayGoBackToAValidVersion) {
  RollbackCase one;
  one.state.chain->not_after = kNow - seconds(1);
  EXPECT_EQ(one.verdict(), RollbackVerdict::kMakeCurrent);
}

struct DeleteCase {
  Caller caller = caller_of(kMine);
  DeleteChain command = {base::ChainId(), kNow + seconds(2)};
  DeleteState state = {AccountStatus::kActive, chain_of(kMine), {}, true};
  [[nodiscard]] DeleteVerdict verdict() const { return decide(caller, command, state); }
};

TEST(DeleteDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<DeleteCase, DeleteVerdict>(
      {}, {
              {DeleteVerdict::kInactive, [](auto& one) { one.state.account_status = AccountStatus::kSuspended; }},
              {DeleteVerdict::kChainAbsent, [](auto& one) { one.state.chain.reset(); }},
              {DeleteVerdict::kForeign, [](auto& one) { one.state.chain->account = kTheirs; }},
              {DeleteVerdict::kForbidden, [](auto& one) { one.state.chain->project = "other"; }},
              {DeleteVerdict::kBound, [](auto& one) { one.state.bound_domains = {kDomain}; }},
              {DeleteVerdict::kKept, [](auto& one) { one.state.superseded = false; }, "not superseded"},
              {DeleteVerdict::kKept, [](auto& one) { one.state.chain->not_after = kNow + seconds(2); }, "not expired"},
          });
}

TEST(DeleteDecision, WithoutAConditionOnlyDomainsKeepAChain) {
  DeleteCase one;
  one.command.only_if_superseded_and_expired_before.reset();
  one.state.superseded = false;
  EXPECT_EQ(one.verdict(), DeleteVerdict::kDelete);
  one.state.bound_domains = {kDomain};
  EXPECT_EQ(one.verdict(), DeleteVerdict::kBound);
}

struct ChangeCase {
  Caller caller = caller_of(kMine);
  AccountStatus status = AccountStatus::kActive;
  std::optional<LiveDomain> domain = domain_of(kMine);
  [[nodiscard]] DomainVerdict verdict() const { return decide_change(caller, status, domain); }
};

TEST(ChangeDecision, TheFirstReasonIsTheAnswer) {
  expect_ladder<ChangeCase, DomainVerdict>(
      {}, {
              {DomainVerdict::kInactive, [](auto& one) { one.status = AccountStatus::kSuspended; }},
              {DomainVerdict::kAbsent, [](auto& one) { one.domain.reset(); }},
              {DomainVerdict::kForeign, [](auto& one) { one.domain->account = kTheirs; }},
              {DomainVerdict::kForbidden, [](auto& one) { one.domain->project = "other"; }},
          });
  EXPECT_EQ(ChangeCase().verdict(), DomainVerdict::kAllowed);
}

}  // namespace
}  // namespace livecert::domain
