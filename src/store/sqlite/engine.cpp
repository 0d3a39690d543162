#include "store/sqlite/engine.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "store/move_mark.h"
#include "store/sql/queries.h"

namespace livecert::store::sqlite {
namespace {

constexpr std::chrono::milliseconds kIdle(200);
// The time between attempts while writing fails and nothing is submitted.
constexpr std::chrono::milliseconds kTryAgain(500);

class Work {
 public:
  explicit Work(Condition& condition) : condition_(condition) { condition_.begin_work(); }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;
  ~Work() { condition_.end_work(); }

 private:
  Condition& condition_;
};

}  // namespace

base::Result<void> SqliteEngine::begin() {
  condition_.begin_work();
  auto begun = begin_transaction();
  if (!begun) end(&begun.error());
  return begun;
}

base::Result<void> SqliteEngine::begin_transaction() {
  end_transaction();
  TRY(condition_.check_sync());
  // A log that was cut off would grow again with the next writes, and could then not be told from a whole one.
  TRY(condition_.is_sound() ? condition_.check_content() : condition_.check_files());
  TRY(database_.run("BEGIN IMMEDIATE"));
  if (auto read = read_beginning(); !read) {
    end_transaction();
    return read;
  }
  position_before_ = std::max(change_before_, last_);
  rows_.begin_after(position_before_);
  return {};
}

// One statement for both, because every group pays for it.
base::Result<void> SqliteEngine::read_beginning() {
  bool is_marked = false;
  {
    TRY_ASSIGN(sql::Query query, database_.query("SELECT (SELECT coalesce(max(id), 0) FROM changes),"
                                                 " (SELECT count(*) FROM settings WHERE name = ?)",
                                                 kMoveSetting));
    TRY(query.next());
    change_before_ = query.integer(0);
    is_marked = query.flag(1);
  }
  return is_marked ? check_not_moved() : base::Result<void>();
}

base::Result<void> SqliteEngine::check_not_moved() {
  TRY_ASSIGN(const auto why, sql::find_why_moved(database_));
  if (!why) return {};
  condition_.note_moved(*why);
  return base::Error{base::ErrorCode::kStoreFailure, "the store was moved", *why};
}

Ending SqliteEngine::commit() {
  Ending ending = commit_transaction();
  end(ending.kind == Ending::Kind::kCommitted ? nullptr : &ending.why);
  return ending;
}

Ending SqliteEngine::commit_transaction() {
  // The pages that it read from the database may have been lost.
  if (auto synchronised = condition_.check_sync(); !synchronised) {
    end_transaction();
    return {Ending::Kind::kFailed, synchronised.error()};
  }
  if (auto committed = database_.run("COMMIT"); !committed) {
    end_transaction();
    Ending ending = settle(std::move(committed).error());
    if (ending.kind != Ending::Kind::kCommitted) return ending;
  }
  if (has_changes()) signal_.move_to(rows_.next_position() - 1);
  // The files that were synchronised may no longer be under their names.
  if (auto in_place = condition_.check_content(); !in_place) return {Ending::Kind::kUncertain, in_place.error()};
  return {};
}

void SqliteEngine::roll_back(const base::Error& why) {
  end_transaction();
  end(&why);
}

void SqliteEngine::end(const base::Error* failure) {
  generations_.publish();
  if (failure == nullptr) {
    condition_.note_success();
  } else {
    condition_.note_failure(*failure);
  }
  condition_.end_work();
}

Engine::Pause SqliteEngine::after_group() {
  const Work work(condition_);
  checkpointer_.after_commit();
  return pause(false);
}

Engine::Pause SqliteEngine::when_idle() {
  if (!condition_.is_sound()) try_again();
  const Work work(condition_);
  return pause(checkpointer_.when_idle());
}

Engine::Pause SqliteEngine::pause(bool is_settled) const {
  if (!condition_.is_sound()) return kTryAgain;
  return is_settled ? std::nullopt : Pause(kIdle);
}

void SqliteEngine::try_again() {
  const Work work(condition_);
  auto written = condition_.check_sync();
  if (written) written = condition_.check_files();
  if (written) written = check_not_moved();
  if (written) written = fence();
  if (written) {
    condition_.note_success();
  } else {
    condition_.note_failure(written.error());
  }
}

// A failed commit may be in the log with its end mark, and take effect after a power cut. Only a later successful
// commit decides that, because it either follows the failed one or overwrites it. The changes tell which; a commit of
// receipts alone has none.
Ending SqliteEngine::settle(base::Error error) {
  if (auto fenced = fence(); !fenced) {
    error.detail += "; then " + fenced.error().detail;
    return {Ending::Kind::kUncertain, std::move(error)};
  }
  if (!has_changes()) return {Ending::Kind::kUncertain, std::move(error)};
  const auto position = sql::last_change(database_);
  if (!position) return {Ending::Kind::kUncertain, position.error()};
  if (*position > change_before_) return {};
  return {Ending::Kind::kFailed, std::move(error)};
}

base::Result<void> SqliteEngine::fence() {
  auto fenced = database_.execute("BEGIN IMMEDIATE; UPDATE fence SET count = count + 1 WHERE id = 1; COMMIT");
  if (!fenced) end_transaction();
  return fenced;
}

void SqliteEngine::end_transaction() {
  // SQLite may have rolled back the transaction already; if this fails, BEGIN will fail too.
  if (database_.in_transaction()) static_cast<void>(database_.execute("ROLLBACK"));
}

}  // namespace livecert::store::sqlite
