#include "domain/policy.h"

#include <algorithm>

namespace livecert::domain {
namespace {

Refusal absent_holder(const PolicyHolder& holder) {
  if (!holder.access_key_id.empty()) return {Reason::kAbsent, Subject::kAccessKey};
  return {Reason::kAbsent, Subject::kAccount, {holder.account.to_string()}};
}

bool has(const AttachPolicyState& state, const std::string& policy) {
  return std::ranges::find(state.names, policy) != state.names.end();
}

}  // namespace

std::string to_text(const PolicyHolder& holder) {
  if (holder.access_key_id.empty()) return "account " + holder.account.to_string();
  return "access key " + holder.access_key_id;
}

Effect decide(const PutPolicy& command, const std::optional<std::string>& present) {
  return present == command.document ? Effect::kNothing : Effect::kWrite;
}

Decision<Effect> decide(const DeletePolicy& command, const DeletePolicyState& state) {
  if (!state.exists) return Refusal{Reason::kAbsent, Subject::kPolicy, {command.name}};
  if (!state.holders.empty()) return Refusal{Reason::kInUse, Subject::kPolicy, state.holders};
  return Effect::kWrite;
}

Decision<Effect> decide(const AttachPolicy& command, const AttachPolicyState& state) {
  if (!command.is_ready && !state.policy_exists) return Refusal{Reason::kAbsent, Subject::kPolicy, {command.policy}};
  if (!state.holder_exists) return absent_holder(command.holder);
  if (has(state, command.policy)) return Effect::kNothing;
  if (state.names.size() >= kMostPolicies) return Refusal{Reason::kFull, Subject::kPolicy, {to_text(command.holder)}};
  return Effect::kWrite;
}

Decision<Effect> decide(const DetachPolicy& command, const AttachPolicyState& state) {
  if (!state.holder_exists) return absent_holder(command.holder);
  return has(state, command.policy) ? Effect::kWrite : Effect::kNothing;
}

}  // namespace livecert::domain
