#include <utility>

#include "store/commands/each.h"
#include "store/commands/outcomes.h"

namespace livecert::store::commands {
namespace {

using domain::ChangeKind;

// The most holders that a refusal counts.
constexpr std::int64_t kMostHolders = 1000;

base::Result<domain::AttachPolicyState> read_holder(Rows& rows, const std::string& policy,
                                                    const domain::PolicyHolder& holder) {
  domain::AttachPolicyState state;
  TRY_ASSIGN(const auto document, rows.find_policy(policy));
  state.policy_exists = document.has_value();
  if (holder.access_key_id.empty()) {
    TRY_ASSIGN(const auto status, rows.account_status(holder.account));
    state.holder_exists = status.has_value();
  } else {
    TRY_ASSIGN(const auto key, rows.find_access_key(holder.access_key_id));
    state.holder_exists = key && key->account == holder.account;
  }
  TRY_ASSIGN(state.names, rows.policies_of(holder));
  return state;
}

}  // namespace

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const PutPolicy& command) {
  TRY_ASSIGN(const auto present, rows.find_policy(command.name));
  return carry_out(domain::decide(command, present), [&]() -> base::Result<void> {
    TRY(rows.put_policy(command));
    return rows.append(context, ChangeKind::kPolicy, context.caller.account, command.name);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeletePolicy& command) {
  domain::DeletePolicyState state;
  TRY_ASSIGN(const auto present, rows.find_policy(command.name));
  state.exists = present.has_value();
  TRY_ASSIGN(state.holders, rows.holders_of_policy(command.name, kMostHolders));
  return carry_out(domain::decide(command, state), [&]() -> base::Result<void> {
    TRY(rows.delete_policy(command.name));
    return rows.append(context, ChangeKind::kPolicy, context.caller.account, command.name);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const AttachPolicy& command) {
  TRY_ASSIGN(const auto state, read_holder(rows, command.policy, command.holder));
  return carry_out(domain::decide(command, state), [&]() -> base::Result<void> {
    TRY(rows.insert_attachment(command.policy, command.holder));
    return rows.append(context, ChangeKind::kPolicy, command.holder.account,
                       command.policy + " of " + domain::to_text(command.holder));
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DetachPolicy& command) {
  TRY_ASSIGN(const auto state, read_holder(rows, command.policy, command.holder));
  return carry_out(domain::decide(command, state), [&]() -> base::Result<void> {
    TRY(rows.delete_attachment(command.policy, command.holder));
    return rows.append(context, ChangeKind::kPolicy, command.holder.account,
                       command.policy + " of " + domain::to_text(command.holder));
  });
}

}  // namespace livecert::store::commands
