#include "domain/put_version.h"

#include <algorithm>
#include <iterator>

#include "domain/live_domain.h"
#include "domain/name_index.h"

namespace livecert::domain {
namespace {

PutVerdict decide_create(const Caller& caller, const PutVersion& command, const PutState& state) {
  if (!caller.may_use_project(command.project.value_or(std::string(kDefaultProject)))) return PutVerdict::kForbidden;
  if (!state.project_exists) return PutVerdict::kProjectAbsent;
  if (command.converge_duplicates && state.claimed_by) return PutVerdict::kConverged;
  return PutVerdict::kInsertChain;
}

// What an update and a relabelling must both pass; nullopt: nothing forbids it.
std::optional<PutVerdict> refuse_change(const Caller& caller, const std::optional<std::string>& project,
                                        const PutState& state) {
  if (!state.target) return PutVerdict::kChainAbsent;
  if (state.target->account != caller.account) return PutVerdict::kForeign;
  if (!caller.may_use_project(state.target->project)) return PutVerdict::kForbidden;
  if (project && !caller.may_use_project(*project)) return PutVerdict::kForbidden;
  if (!state.project_exists) return PutVerdict::kProjectAbsent;
  return std::nullopt;
}

PutVerdict decide_labels(const std::optional<std::string>& name, const std::optional<std::string>& project,
                         const ChainState& target) {
  const bool renamed = name && *name != target.name;
  const bool moved = project && *project != target.project;
  return renamed || moved ? PutVerdict::kRelabel : PutVerdict::kConverged;
}

PutVerdict decide_update(const Caller& caller, const PutVersion& command, const PutState& state, base::Time now) {
  if (const auto refusal = refuse_change(caller, command.project, state)) return *refusal;
  if (state.target->content_digest == command.content.content_digest) {
    return decide_labels(command.name, command.project, *state.target);
  }
  if (state.bound_domains.empty()) return PutVerdict::kInsertVersion;
  if (!uncovered(command.dns_names, state.bound_domains).empty()) return PutVerdict::kUncovered;
  if (command.content.not_before > now + kClockSkew) return PutVerdict::kNotYetValid;
  return PutVerdict::kInsertVersion;
}

}  // namespace

PutVerdict decide(const Caller& caller, const PutVersion& command, const PutState& state, base::Time now) {
  if (state.account_status != AccountStatus::kActive) return PutVerdict::kInactive;
  return command.target ? decide_update(caller, command, state, now) : decide_create(caller, command, state);
}

PutVerdict decide(const Caller& caller, const RelabelChain& command, const PutState& state) {
  if (state.account_status != AccountStatus::kActive) return PutVerdict::kInactive;
  if (const auto refusal = refuse_change(caller, command.project, state)) return *refusal;
  return decide_labels(command.name, command.project, *state.target);
}

std::vector<std::string> uncovered(const std::vector<std::string>& dns_names, const std::vector<std::string>& domains) {
  const NameIndex names_covered(dns_names);
  std::vector<std::string> names;
  std::ranges::copy_if(domains, std::back_inserter(names),
                       [&](const std::string& domain) { return !names_covered.covers(domain); });
  return names;
}

}  // namespace livecert::domain
