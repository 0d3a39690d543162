#include "store/sqlite/commands.h"

namespace livecert::store::sqlite {
namespace {

base::Result<std::optional<std::string>> find_definition(Connection& database, const std::string& name) {
  TRY_ASSIGN(Query query, database.query("SELECT definition FROM edges WHERE name = ?", name));
  TRY_ASSIGN(const bool found, query.next());
  return found ? std::optional(query.text(0)) : std::nullopt;
}

base::Result<Outcome> recorded(Connection& database, const Context& context, const std::string& name) {
  TRY(record(database, context, "edge", context.caller.account, name));
  return Outcome{OutcomeKind::kDone};
}

}  // namespace

base::Result<Outcome> apply_one(Connection& database, const Context& context, const PutEdge& command) {
  TRY_ASSIGN(const auto present, find_definition(database, command.name));
  if (present == command.definition) return Outcome{OutcomeKind::kConverged};
  TRY(
      database.run("INSERT INTO edges (name, definition) VALUES (?, ?)"
                   " ON CONFLICT (name) DO UPDATE SET definition = excluded.definition",
                   command.name, command.definition));
  return recorded(database, context, command.name);
}

base::Result<Outcome> apply_one(Connection& database, const Context& context, const DeleteEdge& command) {
  TRY_ASSIGN(const auto present, find_definition(database, command.name));
  if (!present) return Outcome{OutcomeKind::kAbsent, "Edge", {}, {}, {}, command.name};
  TRY(database.run("DELETE FROM edges WHERE name = ?", command.name));
  return recorded(database, context, command.name);
}

}  // namespace livecert::store::sqlite
