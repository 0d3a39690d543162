#include "domain/bind.h"

namespace livecert::domain {
namespace {

bool is_yet_to_come(base::Time not_before, base::Time now) {
  return not_before > now + kClockSkew;
}

}  // namespace

BindVerdict decide(const Caller& caller, const Bind& command, const BindState& state, base::Time now) {
  if (state.account_status != AccountStatus::kActive) return BindVerdict::kInactive;
  if (!state.chain) return BindVerdict::kChainAbsent;
  const ChainState& chain = *state.chain;
  if (chain.account != caller.account) return BindVerdict::kForeignChain;
  if (!caller.may_use_project(chain.project)) return BindVerdict::kForbidden;
  if (state.domain) {
    if (state.domain->account != caller.account) return BindVerdict::kForeignDomain;
    if (!caller.may_use_project(state.domain->project)) return BindVerdict::kForbidden;
  }
  if (chain.current != command.judged) return BindVerdict::kStale;
  const bool covered = covers(command.dns_names, command.domain);
  if (!state.domain && !(command.register_domain && covered)) return BindVerdict::kDomainAbsent;
  if (!covered) return BindVerdict::kUncovered;
  if (now > chain.not_after) return BindVerdict::kExpired;
  if (is_yet_to_come(chain.not_before, now)) return BindVerdict::kNotYetValid;
  if (!state.domain) return BindVerdict::kRegisterAndBind;
  const bool is_same = state.binding && state.binding->chain == command.chain && state.binding->tls == command.tls;
  return is_same ? BindVerdict::kConverged : BindVerdict::kBind;
}

RollbackVerdict decide(const Caller& caller, const Rollback& command, const RollbackState& state, base::Time now) {
  if (state.account_status != AccountStatus::kActive) return RollbackVerdict::kInactive;
  if (!state.chain) return RollbackVerdict::kChainAbsent;
  if (state.chain->account != caller.account) return RollbackVerdict::kForeign;
  if (!caller.may_use_project(state.chain->project)) return RollbackVerdict::kForbidden;
  if (!state.version) return RollbackVerdict::kVersionAbsent;
  if (state.chain->current == command.version) return RollbackVerdict::kConverged;
  if (now > state.version->not_after) return RollbackVerdict::kExpired;
  if (state.bound_domains.empty()) return RollbackVerdict::kMakeCurrent;
  if (!uncovered(command.dns_names, state.bound_domains).empty()) return RollbackVerdict::kUncovered;
  if (is_yet_to_come(state.version->not_before, now)) return RollbackVerdict::kNotYetValid;
  return RollbackVerdict::kMakeCurrent;
}

DeleteVerdict decide(const Caller& caller, const DeleteChain& command, const DeleteState& state) {
  if (state.account_status != AccountStatus::kActive) return DeleteVerdict::kInactive;
  if (!state.chain) return DeleteVerdict::kChainAbsent;
  if (state.chain->account != caller.account) return DeleteVerdict::kForeign;
  if (!caller.may_use_project(state.chain->project)) return DeleteVerdict::kForbidden;
  if (!state.bound_domains.empty()) return DeleteVerdict::kBound;
  const auto& limit = command.only_if_superseded_and_expired_before;
  if (limit && !(state.superseded && state.chain->not_after < *limit)) return DeleteVerdict::kKept;
  return DeleteVerdict::kDelete;
}

DomainVerdict decide_change(const Caller& caller, AccountStatus account_status,
                            const std::optional<LiveDomain>& domain) {
  if (account_status != AccountStatus::kActive) return DomainVerdict::kInactive;
  if (!domain) return DomainVerdict::kAbsent;
  if (domain->account != caller.account) return DomainVerdict::kForeign;
  return caller.may_use_project(domain->project) ? DomainVerdict::kAllowed : DomainVerdict::kForbidden;
}

}  // namespace livecert::domain
