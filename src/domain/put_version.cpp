#include "domain/put_version.h"

namespace livecert::domain {
namespace {

PutVerdict decide_create(const Caller& caller, const PutVersion& command, const PutState& state) {
  if (!caller.may_use_project(command.project.value_or(std::string(kDefaultProject)))) return PutVerdict::kForbidden;
  if (!state.project_exists) return PutVerdict::kProjectAbsent;
  if (command.converge_duplicates && state.claimed_by) return PutVerdict::kConverged;
  return PutVerdict::kInsertChain;
}

PutVerdict decide_update(const Caller& caller, const PutVersion& command, const PutState& state) {
  if (!state.target) return PutVerdict::kChainAbsent;
  const ChainState& target = *state.target;
  if (target.account != caller.account) return PutVerdict::kForeign;
  if (!caller.may_use_project(target.project)) return PutVerdict::kForbidden;
  if (command.project && !caller.may_use_project(*command.project)) return PutVerdict::kForbidden;
  if (!state.project_exists) return PutVerdict::kProjectAbsent;
  if (target.content_digest != command.content.content_digest) return PutVerdict::kInsertVersion;
  const bool renamed = command.name && *command.name != target.name;
  const bool moved = command.project && *command.project != target.project;
  return renamed || moved ? PutVerdict::kRelabel : PutVerdict::kConverged;
}

}  // namespace

PutVerdict decide(const Caller& caller, const PutVersion& command, const PutState& state) {
  if (state.account_status != AccountStatus::kActive) return PutVerdict::kInactive;
  return command.target ? decide_update(caller, command, state) : decide_create(caller, command, state);
}

}  // namespace livecert::domain
