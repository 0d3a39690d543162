#include <utility>

#include "store/commands/each.h"
#include "store/commands/outcomes.h"

namespace livecert::store::commands {
namespace {

using domain::ChangeKind;
using domain::Effect;

Effect effect_of(bool writes) {
  return writes ? Effect::kWrite : Effect::kNothing;
}

}  // namespace

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const PutSetting& command) {
  TRY_ASSIGN(const auto present, rows.find_setting(command.name));
  TRY_ASSIGN(auto retired, refuse_retired(rows, command.value));
  if (retired) return refused(*std::move(retired));
  return carry_out(effect_of(present != command.value), [&]() -> base::Result<void> {
    TRY(rows.put_setting(command));
    return rows.append(context, ChangeKind::kSetting, context.caller.account, command.name);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const ReplaceSettings& command) {
  const std::string& first = command.settings.front().name;
  TRY_ASSIGN(const auto present, rows.find_setting(first));
  for (const PutSetting& setting : command.settings) {
    TRY_ASSIGN(auto retired, refuse_retired(rows, setting.value));
    if (retired) return refused(*std::move(retired));
  }
  return carry_out(effect_of(present == command.former), [&]() -> base::Result<void> {
    for (const PutSetting& setting : command.settings) TRY(rows.put_setting(setting));
    return rows.append(context, ChangeKind::kSetting, context.caller.account, first);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const PutEdge& command) {
  TRY_ASSIGN(const auto present, rows.find_edge(command.name));
  return carry_out(effect_of(present != command.definition), [&]() -> base::Result<void> {
    TRY(rows.put_edge(command));
    return rows.append(context, ChangeKind::kEdge, context.caller.account, command.name);
  });
}

base::Result<Outcome> apply_one(Rows& rows, const Context& context, const DeleteEdge& command) {
  TRY_ASSIGN(const auto present, rows.find_edge(command.name));
  if (!present) return refused({domain::Reason::kAbsent, domain::Subject::kEdge, {command.name}});
  TRY(rows.delete_edge(command.name));
  TRY(rows.delete_receipts_of_edge(command.name));
  TRY(rows.delete_edge_seen(command.name));
  TRY(rows.append(context, ChangeKind::kEdge, context.caller.account, command.name));
  return Outcome{OutcomeKind::kDone};
}

base::Result<Outcome> apply_one(Rows& rows, const Context&, const KeepReceipts& command) {
  bool wrote = false;
  // Done first, because a receipt that is kept now may be of a version that is gone, and then stays.
  for (const domain::Receipt& receipt : command.receipts) {
    TRY_ASSIGN(const bool forgot, rows.delete_receipts_of_gone_versions(receipt));
    wrote = wrote || forgot;
  }
  for (const domain::Receipt& receipt : command.receipts) {
    TRY_ASSIGN(const bool kept, rows.put_receipt(receipt));
    wrote = wrote || kept;
  }
  return to_outcome(effect_of(wrote));
}

base::Result<Outcome> apply_one(Rows& rows, const Context&, const ForgetReceipts& command) {
  bool wrote = false;
  for (const std::string& domain : command.domains) {
    TRY_ASSIGN(const bool forgot, rows.delete_receipts(command.edge, domain));
    wrote = wrote || forgot;
  }
  return to_outcome(effect_of(wrote));
}

base::Result<Outcome> apply_one(Rows& rows, const Context&, const KeepSeen& command) {
  for (const domain::EdgeSeen& seen : command.edges) TRY(rows.put_edge_seen(seen));
  return to_outcome(effect_of(!command.edges.empty()));
}

}  // namespace livecert::store::commands
