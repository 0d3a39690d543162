#include "store/moving/move.h"

#include <optional>
#include <string>

#include "store/moving/table_move.h"

namespace livecert::store::moving {
namespace {

using State = MoveMark::State;
using Clock = std::chrono::steady_clock;

// A comparison that takes so long may be repeated twice while the source takes no writes.
constexpr std::chrono::seconds kQuick(1);
constexpr int kMostWhileServing = 12;
// Two bring everything, even unique values that moved; more means that a table does not keep what is written to it.
constexpr int kMostWhileStopped = 4;

base::Error refusal(std::string sentence) {
  return {base::ErrorCode::kConfiguration, std::move(sentence)};
}

class Move {
 public:
  Move(End& from, End& to, const Options& options) : from_(from), to_(to), options_(options) {
    for (const Table& table : tables()) moves_.emplace_back(table, from, to);
  }

  [[nodiscard]] base::Result<Report> run() {
    TRY(agree());
    TRY(to_.begin_arrival());
    if (!is_stopped_) TRY(follow());
    const auto began = Clock::now();
    TRY(stop());
    if (auto finished = finish(); !finished) {
      // The source goes on. If that fails too, the next attempt finds its mark.
      if (!is_gone_) static_cast<void>(from_.change_mark(MoveMark{State::kStopped, to_.name()}, std::nullopt));
      return finished.error();
    }
    report_.stopped = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began);
    return std::move(report_);
  }

 private:
  // Whether the marks allow the move. Marks the target.
  [[nodiscard]] base::Result<void> agree() {
    TRY_ASSIGN(const auto source, from_.find_mark());
    TRY_ASSIGN(const auto target, to_.find_mark());
    TRY_ASSIGN(const bool is_used, from_.is_used());
    if (!is_used) return refusal("the store " + from_.name() + " is empty: there is nothing to move.");
    const bool is_coming = target && *target == MoveMark{State::kComing, from_.name()};
    is_stopped_ = source && source->state != State::kComing && source->other == to_.name();
    is_gone_ = is_stopped_ && source->state == State::kGone;
    if (source && !is_stopped_) return refusal("the store " + from_.name() + ": " + why_moved(to_text(*source)) + ".");
    if (is_gone_ && !is_coming) {
      return refusal("the content of " + from_.name() + " was moved to " + to_.name() + " already.");
    }
    if (is_coming) return {};
    if (target && *target != MoveMark{State::kGone, from_.name()}) {
      return refusal("the store " + to_.name() + ": " + why_moved(to_text(*target)) + ".");
    }
    if (!target) {
      TRY_ASSIGN(const bool is_taken, to_.is_used());
      if (is_taken) return refusal("the store " + to_.name() + " is in use: a move needs an empty one.");
    }
    return to_.change_mark(target, MoveMark{State::kComing, from_.name()});
  }

  [[nodiscard]] base::Result<std::int64_t> compare(Stage stage) {
    std::int64_t total = 0;
    for (const TableMove& table : moves_) {
      TRY_ASSIGN(const std::int64_t rows,
                 from_.session().read_integer("SELECT count(*) FROM " + std::string(table.table().name)));
      total += rows;
    }
    std::int64_t done = 0;
    std::int64_t differences = 0;
    report_.tables.clear();
    ++report_.comparisons;
    for (TableMove& table : moves_) {
      TRY_ASSIGN(const Compared found, table.bring([&](std::int64_t rows) {
        done += rows;
        if (options_.progress) options_.progress(stage, std::min(done, total), total);
      }));
      differences += found.differences;
      if (found.differences != 0) differing_ = table.table().name;
      if (found.differences == 0 && found.source != found.target) {
        return base::Error{base::ErrorCode::kInternal, "", "equal rows with unequal digests"};
      }
      report_.tables.push_back({table.table().name, found.rows, found.source});
    }
    return differences;
  }

  // Brings everything while the source goes on. At least two comparisons, so that what was written was read again.
  [[nodiscard]] base::Result<void> follow() {
    for (int comparison = 1; comparison <= kMostWhileServing; ++comparison) {
      const auto began = Clock::now();
      TRY_ASSIGN(const std::int64_t differences, compare(comparison == 1 ? Stage::kCopying : Stage::kFollowing));
      if (comparison == 1) to_.learn();
      if (comparison > 1 && (differences == 0 || Clock::now() - began < kQuick)) break;
    }
    return {};
  }

  [[nodiscard]] base::Result<void> stop() {
    if (is_stopped_) return {};
    TRY(from_.change_mark(std::nullopt, MoveMark{State::kStopped, to_.name()}));
    is_stopped_ = true;
    return {};
  }

  [[nodiscard]] base::Result<void> finish() {
    for (int comparison = 1;; ++comparison) {
      TRY_ASSIGN(const std::int64_t differences, compare(Stage::kFinishing));
      if (differences == 0) break;
      if (comparison < kMostWhileStopped) continue;
      return base::Error{base::ErrorCode::kStoreFailure, "the store failed",
                         "the table " + std::string(differing_) + " of " + to_.name() + " differs from that of " +
                             from_.name() + " however often its rows are brought (" + std::to_string(differences) +
                             " rows in all)"};
    }
    TRY_ASSIGN(const std::int64_t position, from_.last_position());
    TRY(to_.end_arrival(position));
    if (!is_gone_) {
      TRY(from_.change_mark(MoveMark{State::kStopped, to_.name()}, MoveMark{State::kGone, to_.name()}));
      is_gone_ = true;
    }
    return to_.change_mark(MoveMark{State::kComing, from_.name()}, std::nullopt);
  }

  End& from_;
  End& to_;
  const Options& options_;
  std::vector<TableMove> moves_;
  Report report_;
  std::string_view differing_;
  bool is_stopped_ = false;  // the source takes no writes
  bool is_gone_ = false;     // and it says that the target has everything
};

}  // namespace

base::Result<Report> move(End& from, End& to, const Options& options) {
  return Move(from, to, options).run();
}

base::Result<void> cancel_move(End& from) {
  TRY_ASSIGN(const auto mark, from.find_mark());
  if (mark && mark->state == State::kStopped) return from.change_mark(mark, std::nullopt);
  if (!mark) return refusal("the store " + from.name() + " is not being moved.");
  return refusal("the store " + from.name() + ": " + why_moved(to_text(*mark)) + ".");
}

}  // namespace livecert::store::moving
