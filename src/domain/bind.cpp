#include "domain/bind.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <map>
#include <utility>

#include "domain/domain_changes.h"

namespace livecert::domain {
namespace {

bool is_yet_to_come(base::Time not_before, base::Time now) {
  return not_before > now + kClockSkew;
}

// Refuses a chain or a domain that the caller may not use.
std::optional<Refusal> refuse_owners(const Caller& caller, const Bind& command, const BindState& state) {
  if (state.chain->account != caller.account) return Refusal{Reason::kForeign, Subject::kChain};
  if (!caller.may_use_project(state.chain->project)) return Refusal{Reason::kForbidden, Subject::kProject};
  if (!caller.may_use_domain(command.domain)) {
    return Refusal{Reason::kForbidden, Subject::kDomain, {std::string(command.domain)}};
  }
  if (!state.domain) return std::nullopt;
  if (state.domain->account != caller.account)
    return Refusal{Reason::kForeign, Subject::kDomain, {std::string(command.domain)}};
  if (!caller.may_use_project(state.domain->project)) return Refusal{Reason::kForbidden, Subject::kProject};
  return std::nullopt;
}

// The checks that a change and a removal of a chain share.
std::optional<Refusal> refuse_chain(const Caller& caller, const std::optional<AccountStatus>& account_status,
                                    const std::optional<ChainState>& chain, const std::optional<base::CertId>& judged) {
  if (account_status != AccountStatus::kActive) return Refusal{Reason::kInactive, Subject::kAccount};
  if (!chain) return Refusal{Reason::kAbsent, Subject::kChain};
  if (chain->account != caller.account) return Refusal{Reason::kForeign, Subject::kChain};
  if (!caller.may_use_project(chain->project)) return Refusal{Reason::kForbidden, Subject::kProject};
  return refuse_unjudged(caller, *chain, judged);
}

}  // namespace

Decision<BindEffect> decide(const Caller& caller, const Bind& command, const BindState& state, base::Time now) {
  if (state.account_status != AccountStatus::kActive) return Refusal{Reason::kInactive, Subject::kAccount};
  if (!state.chain) return Refusal{Reason::kAbsent, Subject::kChain};
  if (auto refusal = refuse_owners(caller, command, state)) return *std::move(refusal);
  const ChainState& chain = *state.chain;
  if (chain.current != command.judged) return Refusal{Reason::kStale, Subject::kVersion};
  const bool covered = covers(command.dns_names, command.domain);
  if (!state.domain && !(command.register_domain && covered)) {
    return Refusal{Reason::kAbsent, Subject::kDomain, {std::string(command.domain)}};
  }
  if (!covered) return Refusal{Reason::kUncovered, Subject::kDomain, {std::string(command.domain)}};
  if (now > chain.not_after) return Refusal{Reason::kExpired, Subject::kDomain, {std::string(command.domain)}};
  if (is_yet_to_come(chain.not_before, now)) {
    return Refusal{Reason::kNotYetValid, Subject::kDomain, {std::string(command.domain)}, chain.not_before};
  }
  if (!state.domain) {
    if (auto refusal = refuse_vhost(default_vhost(command.domain), state.in_vhost, 1)) return *std::move(refusal);
    return BindEffect::kRegisterAndBind;
  }
  const bool is_same = state.binding && state.binding->chain == command.chain && state.binding->tls == command.tls;
  return is_same ? BindEffect::kNothing : BindEffect::kBind;
}

const Bind& BindDomains::of(Bind& bind, const DomainName& domain) {
  bind.domain = domain;
  return bind;
}

Decision<std::vector<BindEffect>> decide(const Caller& caller, const BindDomains& command,
                                         std::vector<BindState> states, base::Time now) {
  std::vector<BindEffect> effects;
  std::optional<Refusal> refusal;
  std::map<std::string, std::size_t> registered;  // by vhost, of this command
  Bind bind = command.bind;
  for (std::size_t i = 0; i < command.domains.size(); ++i) {
    const std::string vhost = default_vhost(command.domains[i]);
    states[i].in_vhost += registered[vhost];
    auto decision = decide(caller, BindDomains::of(bind, command.domains[i]), states[i], now);
    if (const auto* effect = std::get_if<BindEffect>(&decision)) {
      if (*effect == BindEffect::kRegisterAndBind) ++registered[vhost];
      effects.push_back(*effect);
      continue;
    }
    auto& refused = std::get<Refusal>(decision);
    if (!refusal) {
      refusal = std::move(refused);
    } else if (refused.reason == refusal->reason && refused.subject == refusal->subject) {
      std::ranges::move(refused.names, std::back_inserter(refusal->names));
    }
  }
  if (refusal) return *std::move(refusal);
  return effects;
}

LiveDomain registered_domain(const DomainName& name, const ChainState& chain, base::Time now) {
  LiveDomain made;
  made.name = name;
  made.account = chain.account;
  made.project = chain.project;
  made.vhost = default_vhost(name);
  made.type = kDefaultDomainType;
  made.region = kDefaultRegion;
  made.created_at = now;
  return made;
}

base::Time next_bound_at(base::Time now, const std::optional<base::Time>& last) {
  return last ? std::max(now, *last + std::chrono::microseconds(1)) : now;
}

bool supersedes(Position next, Position former) {
  return next > former;
}

Decision<Effect> decide(const Caller& caller, const Rollback& command, const RollbackState& state, base::Time now) {
  if (auto refusal = refuse_chain(caller, state.account_status, state.chain, command.judged)) {
    return *std::move(refusal);
  }
  if (auto refusal = refuse_names(caller, command.dns_names, command.representative)) return *std::move(refusal);
  if (!state.version) return Refusal{Reason::kAbsent, Subject::kVersion};
  if (state.chain->current == command.version) return Effect::kNothing;
  if (now > state.version->not_after) return Refusal{Reason::kExpired, Subject::kVersion};
  if (state.bound_domains.empty()) return Effect::kWrite;
  const auto bare = uncovered(command.dns_names, state.bound_domains);
  if (!bare.empty()) return Refusal{Reason::kUncovered, Subject::kDomain, texts_of(bare)};
  if (is_yet_to_come(state.version->not_before, now)) {
    return Refusal{Reason::kNotYetValid, Subject::kDomain, texts_of(state.bound_domains), state.version->not_before};
  }
  return Effect::kWrite;
}

Decision<Effect> decide(const Caller& caller, const DeleteChain& command, const DeleteState& state) {
  if (auto refusal = refuse_chain(caller, state.account_status, state.chain, command.judged)) {
    return *std::move(refusal);
  }
  if (!state.bound_domains.empty()) return Refusal{Reason::kBound, Subject::kDomain, texts_of(state.bound_domains)};
  const auto& limit = command.only_if_superseded_and_expired_before;
  if (limit && !(state.superseded && state.chain->not_after < *limit)) return Refusal{Reason::kKept, Subject::kChain};
  return Effect::kWrite;
}

}  // namespace livecert::domain
