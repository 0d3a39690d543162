#include "store/moving/end.h"

#include "base/bytes.h"
#include "store/sql/sql_rows.h"
#include "store/sql/sql_snapshot.h"

namespace livecert::store::moving {
namespace {

class EndSnapshot final : public sql::SqlSnapshot {
 public:
  explicit EndSnapshot(sql::Session& session) : SqlSnapshot(session) {}
};

}  // namespace

std::unique_ptr<Snapshot> End::snapshot() {
  return std::make_unique<EndSnapshot>(session());
}

base::Result<std::optional<MoveMark>> End::find_mark() {
  TRY_ASSIGN(sql::Query query, session().query("SELECT value FROM settings WHERE name = ?", kMoveSetting));
  TRY_ASSIGN(const bool found, query.next());
  if (!found) return std::optional<MoveMark>();
  auto mark = parse_move_mark(base::as_text(query.view(0)));
  if (mark) return mark;
  return base::Error{base::ErrorCode::kConfiguration, name_ + ": " + why_moved(base::as_text(query.view(0))) + "."};
}

base::Result<void> End::change_mark(const std::optional<MoveMark>& former, const std::optional<MoveMark>& mark) {
  auto changed = begin_alone();
  if (changed) changed = write_mark(former, mark);
  if (changed) return commit_safely();
  roll_back();
  return changed;
}

base::Result<void> End::write_mark(const std::optional<MoveMark>& former, const std::optional<MoveMark>& mark) {
  TRY_ASSIGN(const auto found, find_mark());
  if (found != former) {
    return base::Error{base::ErrorCode::kConfiguration,
                       "another livecert migrate works on the store " + name_ + ": run this one again."};
  }
  TRY(session().change("DELETE FROM settings WHERE name = ?", kMoveSetting));
  if (!mark) return {};
  TRY(session().change("INSERT INTO settings (name, value) VALUES (?, ?)", kMoveSetting,
                       base::as_bytes(to_text(*mark))));
  return mark->state == MoveMark::State::kStopped ? shut_out() : base::Result<void>();
}

base::Result<bool> End::is_used() {
  return sql::SqlRows(session()).is_used();
}

base::Result<std::int64_t> End::last_position() {
  return sql::SqlRows(session()).read_last_position();
}

base::Result<void> End::commit() {
  TRY(session().change("COMMIT"));
  return {};
}

}  // namespace livecert::store::moving
