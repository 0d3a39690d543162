#include "store/commands/each.h"

namespace livecert::store::commands {
namespace {

Outcome no_such_record(std::int64_t position) {
  return refused({domain::Reason::kAbsent, domain::Subject::kAuditRecord, {std::to_string(position)}});
}

}  // namespace

base::Result<Outcome> apply_one(Rows& rows, const Context&, const KeepAudit& command) {
  for (const audit::Record& record : command.records) TRY(rows.append_record(record));
  return Outcome{command.records.empty() ? OutcomeKind::kConverged : OutcomeKind::kDone};
}

base::Result<Outcome> apply_one(Rows& rows, const Context&, const KeepCheckpoint& command) {
  const audit::Checkpoint& checkpoint = command.checkpoint;
  // Or a cut that another process made would look like a theft.
  TRY_ASSIGN(const auto newest, rows.newest_checkpoint());
  if (newest && newest->cut_through > checkpoint.cut_through) {
    return refused({domain::Reason::kStale, domain::Subject::kAuditRecord, {std::to_string(newest->cut_through)}});
  }
  TRY_ASSIGN(const auto hash, rows.audit_hash(checkpoint.position));
  if (hash != checkpoint.hash) return no_such_record(checkpoint.position);
  TRY(rows.put_checkpoint(checkpoint));
  return Outcome{OutcomeKind::kDone};
}

// Its own record is behind the last one that is cut, so that the chain never becomes empty.
base::Result<Outcome> apply_one(Rows& rows, const Context& context, const CutAudit& command) {
  TRY_ASSIGN(const auto newest, rows.newest_checkpoint());
  if (!newest || newest->cut_through < command.through || newest->position < command.through) {
    return no_such_record(command.through);
  }
  TRY(rows.append(context, domain::ChangeKind::kAudit, context.caller.account, std::to_string(command.through)));
  TRY(rows.delete_audit_through(command.through));
  return Outcome{OutcomeKind::kDone};
}

}  // namespace livecert::store::commands
