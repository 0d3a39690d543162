#include "domain/put_version.h"

#include <algorithm>
#include <iterator>

#include "domain/live_domain.h"

namespace livecert::domain {
namespace {

PutVerdict decide_create(const Caller& caller, const PutVersion& command, const PutState& state) {
  if (!caller.may_use_project(command.project.value_or(std::string(kDefaultProject)))) return PutVerdict::kForbidden;
  if (!state.project_exists) return PutVerdict::kProjectAbsent;
  if (command.converge_duplicates && state.claimed_by) return PutVerdict::kConverged;
  return PutVerdict::kInsertChain;
}

PutVerdict decide_update(const Caller& caller, const PutVersion& command, const PutState& state, base::Time now) {
  if (!state.target) return PutVerdict::kChainAbsent;
  const ChainState& target = *state.target;
  if (target.account != caller.account) return PutVerdict::kForeign;
  if (!caller.may_use_project(target.project)) return PutVerdict::kForbidden;
  if (command.project && !caller.may_use_project(*command.project)) return PutVerdict::kForbidden;
  if (!state.project_exists) return PutVerdict::kProjectAbsent;
  if (target.content_digest != command.content.content_digest) {
    if (state.bound_domains.empty()) return PutVerdict::kInsertVersion;
    if (!uncovered(command.dns_names, state.bound_domains).empty()) return PutVerdict::kUncovered;
    if (command.content.not_before > now + kClockSkew) return PutVerdict::kNotYetValid;
    return PutVerdict::kInsertVersion;
  }
  const bool renamed = command.name && *command.name != target.name;
  const bool moved = command.project && *command.project != target.project;
  return renamed || moved ? PutVerdict::kRelabel : PutVerdict::kConverged;
}

}  // namespace

PutVerdict decide(const Caller& caller, const PutVersion& command, const PutState& state, base::Time now) {
  if (state.account_status != AccountStatus::kActive) return PutVerdict::kInactive;
  return command.target ? decide_update(caller, command, state, now) : decide_create(caller, command, state);
}

std::vector<std::string> uncovered(const std::vector<std::string>& dns_names, const std::vector<std::string>& domains) {
  std::vector<std::string> names;
  std::ranges::copy_if(domains, std::back_inserter(names),
                       [&](const std::string& domain) { return !covers(dns_names, domain); });
  return names;
}

}  // namespace livecert::domain
