#include "domain/put_version.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "domain/live_domain.h"
#include "domain/name_index.h"

namespace livecert::domain {
namespace {

std::string wanted_project(const std::optional<std::string>& project) {
  return project.value_or(std::string(kDefaultProject));
}

Refusal forbidden_project() {
  return {Reason::kForbidden, Subject::kProject};
}

Refusal absent_project(const std::optional<std::string>& project) {
  return {Reason::kAbsent, Subject::kProject, {wanted_project(project)}};
}

std::optional<Refusal> refuse_account(const PutState& state) {
  if (!state.account_status) return Refusal{Reason::kAbsent, Subject::kAccount};
  if (*state.account_status != AccountStatus::kActive) return Refusal{Reason::kInactive, Subject::kAccount};
  return std::nullopt;
}

// The checks that an update and a relabelling share; nullopt if nothing forbids the change.
std::optional<Refusal> refuse_change(const Caller& caller, const std::optional<std::string>& project,
                                     const PutState& state, const std::optional<base::CertId>& judged) {
  if (!state.target) return Refusal{Reason::kAbsent, Subject::kChain};
  if (state.target->account != caller.account) return Refusal{Reason::kForeign, Subject::kChain};
  if (!caller.may_use_project(state.target->project)) return forbidden_project();
  if (project && !caller.may_use_project(*project)) return forbidden_project();
  if (!state.project_exists) return absent_project(project);
  return refuse_unjudged(caller, *state.target, judged);
}

bool changes_labels(const std::optional<std::string>& name, const std::optional<std::string>& project,
                    const ChainState& target) {
  return (name && *name != target.name) || (project && *project != target.project);
}

Decision<PutEffect> decide_create(const Caller& caller, const PutVersion& command, const PutState& state) {
  if (!caller.may_use_project(wanted_project(command.project))) return forbidden_project();
  if (!state.project_exists) return absent_project(command.project);
  if (command.converge_duplicates && state.claimed_by) return PutEffect::kNothing;
  if (state.is_chain_taken) return Refusal{Reason::kTaken, Subject::kChain};
  if (state.is_version_taken) return Refusal{Reason::kTaken, Subject::kVersion};
  return PutEffect::kInsertChain;
}

// Refuses a version that the domains of the target could not be served with.
std::optional<Refusal> refuse_service(const PutVersion& command, const PutState& state, base::Time now) {
  if (state.bound_domains.empty()) return std::nullopt;
  const auto bare = uncovered(command.dns_names, state.bound_domains);
  if (!bare.empty()) return Refusal{Reason::kUncovered, Subject::kDomain, texts_of(bare)};
  if (command.content.not_before <= now + kClockSkew) return std::nullopt;
  return Refusal{Reason::kNotYetValid, Subject::kDomain, texts_of(state.bound_domains), command.content.not_before};
}

Decision<PutEffect> decide_update(const Caller& caller, const PutVersion& command, const PutState& state,
                                  base::Time now) {
  if (auto refusal = refuse_change(caller, command.project, state, command.judged)) return *std::move(refusal);
  if (state.target->content_digest == command.content.content_digest) {
    return changes_labels(command.name, command.project, *state.target) ? PutEffect::kRelabel : PutEffect::kNothing;
  }
  if (auto refusal = refuse_service(command, state, now)) return *std::move(refusal);
  if (state.is_version_taken) return Refusal{Reason::kTaken, Subject::kVersion};
  const bool is_late = std::ranges::any_of(state.versions, [&](base::CertId one) { return one > command.version; });
  if (is_late) return Refusal{Reason::kOvertaken, Subject::kVersion};
  return PutEffect::kInsertVersion;
}

}  // namespace

Decision<PutEffect> decide(const Caller& caller, const PutVersion& command, const PutState& state, base::Time now) {
  if (auto refusal = refuse_account(state)) return *std::move(refusal);
  if (auto refusal = refuse_names(caller, command.dns_names, command.representative)) return *std::move(refusal);
  return command.target ? decide_update(caller, command, state, now) : decide_create(caller, command, state);
}

Decision<Effect> decide(const Caller& caller, const RelabelChain& command, const PutState& state) {
  if (auto refusal = refuse_account(state)) return *std::move(refusal);
  if (auto refusal = refuse_change(caller, command.project, state, command.judged)) return *std::move(refusal);
  return changes_labels(command.name, command.project, *state.target) ? Effect::kWrite : Effect::kNothing;
}

std::optional<Refusal> refuse_names(const Caller& caller, const std::vector<std::string>& dns_names,
                                    const std::string& representative) {
  if (caller.domains.empty()) return std::nullopt;
  const auto outside = dns_names.empty() ? caller.first_outside({representative}) : caller.first_outside(dns_names);
  if (!outside) return std::nullopt;
  return Refusal{Reason::kForbidden, Subject::kDomain, {*outside}};
}

std::optional<Refusal> refuse_unjudged(const Caller& caller, const ChainState& chain,
                                       const std::optional<base::CertId>& judged) {
  if (caller.domains.empty() || judged == chain.current) return std::nullopt;
  return Refusal{Reason::kStale, Subject::kVersion};
}

Holder holder_after(const PutVersion& command, const PutState& state, PutEffect effect) {
  Holder holder{command.target.value_or(command.chain), command.version};
  const bool is_new_version = effect == PutEffect::kInsertChain || effect == PutEffect::kInsertVersion;
  if (!is_new_version && command.target) holder.version = state.target->current;
  if (!is_new_version && !command.target) holder = {state.claimed_by->chain, state.claimed_by->current};
  if (effect != PutEffect::kInsertChain && !state.bound_domains.empty()) holder.domain = state.bound_domains.front();
  return holder;
}

std::vector<base::CertId> versions_to_drop(std::vector<base::CertId> versions, base::CertId current, int keep) {
  std::erase(versions, current);
  const auto others = static_cast<std::size_t>(std::max(keep, 1) - 1);
  if (versions.size() <= others) return {};
  std::ranges::sort(versions, std::greater());
  versions.erase(versions.begin(), versions.begin() + static_cast<std::ptrdiff_t>(others));
  return versions;
}

std::vector<DomainName> uncovered(const std::vector<std::string>& dns_names, const std::vector<DomainName>& domains) {
  const NameIndex names_covered(dns_names);
  std::vector<DomainName> names;
  std::ranges::copy_if(domains, std::back_inserter(names),
                       [&](const DomainName& domain) { return !names_covered.covers(domain); });
  return names;
}

}  // namespace livecert::domain
