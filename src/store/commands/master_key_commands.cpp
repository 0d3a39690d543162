#include <algorithm>
#include <optional>

#include "domain/sealed_mark.h"
#include "store/commands/each.h"
#include "store/commands/outcomes.h"

namespace livecert::store::commands {
namespace {

using domain::ChangeKind;
using domain::MasterKey;
using domain::MasterKeyState;

std::optional<MasterKeyState> state_of(const std::vector<MasterKey>& keys, const std::string& id) {
  const auto found = std::ranges::find(keys, id, &MasterKey::id);
  return found == keys.end() ? std::nullopt : std::optional(found->state);
}

base::Result<void> append(Rows& rows, const Context& context, const std::string& id) {
  return rows.append(context, ChangeKind::kMasterKey, context.caller.account, id);
}

}  // namespace

base::Result<std::optional<domain::Refusal>> refuse_retired(Rows& rows, base::ByteView sealed) {
  const auto id = domain::key_in_mark(sealed);
  if (!id) return std::optional<domain::Refusal>();
  TRY_ASSIGN(const auto keys, rows.list_master_keys());
  if (state_of(keys, *id) != MasterKeyState::kRetired) return std::optional<domain::Refusal>();
  return std::optional(domain::Refusal{domain::Reason::kAbsent, domain::Subject::kMasterKey, {*id}});
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const AddMasterKeys& command) {
  TRY_ASSIGN(const auto present, rows.list_master_keys());
  bool is_first = present.empty();
  Outcome outcome{OutcomeKind::kConverged};
  for (MasterKey key : command.keys) {
    if (state_of(present, key.id)) continue;
    key.state = is_first ? MasterKeyState::kCurrent : MasterKeyState::kAdded;
    is_first = false;
    TRY(rows.insert_master_key(key));
    TRY(append(rows, context, key.id));
    outcome.kind = OutcomeKind::kDone;
  }
  return outcome;
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const UseMasterKey& command) {
  TRY_ASSIGN(const auto present, rows.list_master_keys());
  return carry_out(domain::decide(command, state_of(present, command.id)), [&]() -> base::Result<void> {
    for (const MasterKey& key : present) {
      if (key.state == MasterKeyState::kCurrent) TRY(rows.set_master_key_state(key.id, MasterKeyState::kFormer));
    }
    TRY(rows.set_master_key_state(command.id, MasterKeyState::kCurrent));
    return append(rows, context, command.id);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const ResealItems& command) {
  TRY_ASSIGN(const auto present, rows.list_master_keys());
  const auto state = state_of(present, command.key);
  if (!state || *state == MasterKeyState::kRetired) {
    return refused({domain::Reason::kAbsent, domain::Subject::kMasterKey, {command.key}});
  }
  TRY(rows.reseal(command));
  TRY(append(rows, context, command.key));
  return Outcome{OutcomeKind::kDone};
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const RetireMasterKey& command) {
  TRY_ASSIGN(const auto present, rows.list_master_keys());
  domain::RetireMasterKeyState state{state_of(present, command.id)};
  TRY_ASSIGN(state.items, rows.count_sealed(command.id, command.is_first));
  return carry_out(domain::decide(command, state), [&]() -> base::Result<void> {
    TRY(rows.set_master_key_state(command.id, MasterKeyState::kRetired));
    return append(rows, context, command.id);
  });
}

}  // namespace livecert::store::commands
