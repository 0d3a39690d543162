#include <utility>

#include "store/commands/each.h"

namespace livecert::store::commands {

using domain::ChangeKind;

// Written even if nothing differs: a secret that is sealed again has other bytes.
base::Result<Outcome> apply_one(Rows& rows, const Context& context, const PutNotifyChannel& command) {
  TRY_ASSIGN(auto retired, refuse_retired(rows, command.secret.bytes));
  if (retired) return refused(*std::move(retired));
  TRY(rows.put_notify_channel(command));
  TRY(rows.append(context, ChangeKind::kNotifyChannel, context.caller.account, command.name));
  return Outcome{OutcomeKind::kDone};
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteNotifyChannel& command) {
  TRY_ASSIGN(const bool is_there, rows.has_notify_channel(command.name));
  if (!is_there) return refused({domain::Reason::kAbsent, domain::Subject::kNotifyChannel, {command.name}});
  TRY(rows.delete_notify_channel(command.name));
  TRY(rows.append(context, ChangeKind::kNotifyChannel, context.caller.account, command.name));
  return Outcome{OutcomeKind::kDone};
}

base::Result<Outcome> apply_one(Rows& rows, const Context&, const KeepTold& command) {
  TRY_ASSIGN(const bool is_same, rows.has_notify_channel_with(command.channel, command.secret));
  if (!is_same) return Outcome{OutcomeKind::kConverged};
  TRY(rows.set_channel_state(command.channel, command.state));
  for (const domain::FactName& fact : command.ended) TRY(rows.delete_told(command.channel, fact));
  for (const domain::Told& told : command.told) TRY(rows.put_told(command.channel, told));
  return Outcome{OutcomeKind::kDone};
}

}  // namespace livecert::store::commands
