#include "domain/domain_changes.h"

#include <utility>

namespace livecert::domain {
namespace {

bool is_same(const LiveDomain& a, const LiveDomain& b) {
  return a.account == b.account && a.project == b.project && a.vhost == b.vhost && a.type == b.type &&
         a.region == b.region;
}

Decision<NewDomainEffect> decide_new(const Caller& caller, const CreateDomains::New& wanted,
                                     const CreateDomainsState::Each& state, base::Time now) {
  const LiveDomain& domain = wanted.domain;
  if (!caller.may_use_project(domain.project)) return Refusal{Reason::kForbidden, Subject::kProject};
  if (!caller.may_use_domain(domain.name)) {
    return Refusal{Reason::kForbidden, Subject::kDomain, {std::string(domain.name)}};
  }
  if (!state.project_exists) return Refusal{Reason::kAbsent, Subject::kProject, {domain.project}};
  if (state.domain && !is_same(*state.domain, domain)) {
    const bool is_foreign = state.domain->account != domain.account;
    return Refusal{is_foreign ? Reason::kForeign : Reason::kTaken, Subject::kDomain, {std::string(domain.name)}};
  }
  NewDomainEffect effect{.insert = !state.domain};
  // A repeated command must not undo later changes of the binding.
  const bool has_chain = wanted.bind && state.binding && state.binding->chain == wanted.bind->chain;
  if (!wanted.bind || has_chain) return effect;
  const BindState bind{AccountStatus::kActive, state.chain, state.domain.value_or(domain), state.binding};
  auto decision = decide(caller, *wanted.bind, bind, now);
  if (auto* refusal = std::get_if<Refusal>(&decision)) return std::move(*refusal);
  effect.bind = std::get<BindEffect>(decision) == BindEffect::kBind;
  return effect;
}

std::optional<Refusal> refuse_vhosts(const CreateDomains& command, const CreateDomainsState& state,
                                     const std::vector<NewDomainEffect>& effects) {
  std::map<std::string, std::size_t> added;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    if (effects[i].insert) ++added[command.domains[i].domain.vhost];
  }
  for (const auto& [vhost, count] : added) {
    const auto present = state.in_vhost.find(vhost);
    if (auto refusal = refuse_vhost(vhost, present == state.in_vhost.end() ? 0 : present->second, count)) {
      return refusal;
    }
  }
  return std::nullopt;
}

}  // namespace

Decision<std::vector<NewDomainEffect>> decide(const Caller& caller, const CreateDomains& command,
                                              const CreateDomainsState& state, base::Time now) {
  if (state.account_status != AccountStatus::kActive) return Refusal{Reason::kInactive, Subject::kAccount};
  std::vector<NewDomainEffect> effects;
  effects.reserve(command.domains.size());
  for (std::size_t i = 0; i < command.domains.size(); ++i) {
    auto decision = decide_new(caller, command.domains[i], state.domains[i], now);
    if (auto* refusal = std::get_if<Refusal>(&decision)) return std::move(*refusal);
    effects.push_back(std::get<NewDomainEffect>(decision));
  }
  if (auto refusal = refuse_vhosts(command, state, effects)) return *std::move(refusal);
  return effects;
}

std::optional<Refusal> refuse_change(const Caller& caller, const std::optional<AccountStatus>& account_status,
                                     const DomainName& name, const std::optional<LiveDomain>& domain) {
  if (account_status != AccountStatus::kActive) return Refusal{Reason::kInactive, Subject::kAccount};
  if (!domain) return Refusal{Reason::kAbsent, Subject::kDomain, {std::string(name)}};
  if (domain->account != caller.account) return Refusal{Reason::kForeign, Subject::kDomain, {std::string(name)}};
  if (!caller.may_use_project(domain->project)) return Refusal{Reason::kForbidden, Subject::kProject};
  if (!caller.may_use_domain(name)) return Refusal{Reason::kForbidden, Subject::kDomain, {std::string(name)}};
  return std::nullopt;
}

std::optional<Refusal> refuse_vhost(const std::string& vhost, std::size_t present, std::size_t added) {
  if (present + added <= kMaxDomainsOfVhost) return std::nullopt;
  return Refusal{Reason::kFull, Subject::kVhost, {vhost}};
}

Decision<Effect> decide(const Caller& caller, const DeleteDomain& command, const DomainState& state) {
  if (auto refusal = refuse_change(caller, state.account_status, command.domain, state.domain)) {
    return *std::move(refusal);
  }
  return Effect::kWrite;
}

Decision<Effect> decide(const Caller& caller, const SetDomainStatus& command, const DomainState& state) {
  if (auto refusal = refuse_change(caller, state.account_status, command.domain, state.domain)) {
    return *std::move(refusal);
  }
  return state.domain->status == command.status ? Effect::kNothing : Effect::kWrite;
}

Decision<Effect> decide(const Caller& caller, const Unbind& command, const DomainState& state) {
  if (auto refusal = refuse_change(caller, state.account_status, command.domain, state.domain)) {
    return *std::move(refusal);
  }
  return state.is_bound ? Effect::kWrite : Effect::kNothing;
}

std::string wanted_vhost(const SetDomainVhost& command, const std::optional<LiveDomain>& other) {
  if (!command.vhost_of) return command.vhost;
  return other ? other->vhost : std::string();
}

Decision<Effect> decide(const Caller& caller, const SetDomainVhost& command, const VhostState& state) {
  const auto& status = state.domain.account_status;
  if (auto refusal = refuse_change(caller, status, command.domain, state.domain.domain)) return *std::move(refusal);
  if (command.vhost_of) {
    if (auto refusal = refuse_change(caller, status, *command.vhost_of, state.other)) return *std::move(refusal);
  }
  const std::string vhost = wanted_vhost(command, state.other);
  if (state.domain.domain->vhost == vhost) return Effect::kNothing;
  if (auto refusal = refuse_vhost(vhost, state.in_vhost, 1)) return *std::move(refusal);
  return Effect::kWrite;
}

Decision<Effect> decide(const MoveDomain& command, const MoveState& state) {
  if (state.account_status != AccountStatus::kActive) return Refusal{Reason::kInactive, Subject::kAccount};
  if (!state.domain) return Refusal{Reason::kAbsent, Subject::kDomain, {std::string(command.domain)}};
  if (!state.account_exists) return Refusal{Reason::kAbsent, Subject::kAccount, {command.account.to_string()}};
  if (state.domain->account == command.account) return Effect::kNothing;
  if (auto refusal = refuse_vhost(state.domain->vhost, state.in_vhost, 1)) return *std::move(refusal);
  return Effect::kWrite;
}

}  // namespace livecert::domain
