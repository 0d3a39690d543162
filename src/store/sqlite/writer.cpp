#include "store/sqlite/writer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/thread_name.h"
#include "store/commands/commands.h"
#include "store/sqlite/queries.h"

namespace livecert::store::sqlite {
namespace {

constexpr std::chrono::milliseconds kIdle(200);
// From one attempt to the next while writing fails and nothing is submitted.
constexpr std::chrono::milliseconds kTryAnew(500);

// The outcome of a command whose transaction failed.
Outcome failure(const base::Error& error) {
  const bool contended = error.code == base::ErrorCode::kConflict;
  return {contended ? OutcomeKind::kConflict : OutcomeKind::kUnavailable, error.detail};
}

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

Writer::Writer(Connection& database, Checkpointer& checkpointer, ChangeSignal& signal, Generations& generations,
               Condition& condition, const base::Clock& clock, domain::Position last, int max_group)
    : database_(database),
      rows_(database),
      checkpointer_(checkpointer),
      signal_(signal),
      generations_(generations),
      condition_(condition),
      clock_(clock),
      last_(last),
      max_group_(static_cast<std::size_t>(std::max(max_group, 1))),
      thread_([this] { run(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

void Writer::submit(Context context, Command command, Store::Done done) {
  Job job{std::move(context), std::move(command), std::move(done)};
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(job));
  }
  arrived_.notify_one();
}

void Writer::note_condition() {
  const std::lock_guard lock(mutex_);
  arrived_.notify_one();
}

void Writer::run() {
  base::name_this_thread("store writer");
  for (;;) {
    std::vector<Job> group = take();
    if (group.empty()) {
      if (!condition_.is_sound()) try_anew();
      const Work work(condition_);
      settled_ = checkpointer_.when_idle();
      const std::lock_guard lock(mutex_);
      if (stopping_ && queue_.empty()) return;
      continue;
    }
    carry_out(group);
    // Nothing of a request stays in memory for the length of a checkpoint.
    for (Job& job : group) std::exchange(job.done, nullptr)(std::move(job.outcome));
    {
      const Work work(condition_);
      checkpointer_.after_commit();
    }
    settled_ = false;
  }
}

std::vector<Writer::Job> Writer::take() {
  std::unique_lock lock(mutex_);
  const auto has_work = [&] { return stopping_ || !queue_.empty(); };
  if (!condition_.is_sound()) {
    arrived_.wait_for(lock, kTryAnew, has_work);
  } else if (settled_) {
    arrived_.wait(lock, [&] { return has_work() || !condition_.is_sound(); });
  } else {
    arrived_.wait_for(lock, kIdle, has_work);
  }
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), max_group_));
  std::vector<Job> group(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.begin() + count));
  queue_.erase(queue_.begin(), queue_.begin() + count);
  return group;
}

void Writer::carry_out(std::span<Job> group) {
  const Attempt together = attempt(group);
  if (together.ending == Ending::kCommitted) return;
  // What failed may be the fault of one member only: each gets a transaction of its own, unless it may have taken
  // effect.
  // What did not even begin is nobody's fault.
  const bool alone = group.size() == 1 || together.ending == Ending::kNotBegun;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const std::span<Job> one = group.subspan(i, 1);
    Job& job = one.front();
    const Attempt last = alone || together.ending == Ending::kUncertain ? together : attempt(one);
    if (last.ending == Ending::kFailed || last.ending == Ending::kNotBegun) job.outcome = failure(last.error);
    if (last.ending == Ending::kUncertain) {
      const bool wrote = job.outcome.kind == OutcomeKind::kDone;
      job.outcome = {wrote ? OutcomeKind::kUnknown : OutcomeKind::kUnavailable, last.error.detail};
    }
  }
}

Writer::Attempt Writer::attempt(std::span<Job> group) {
  const Work work(condition_);
  Attempt attempt = attempt_once(group);
  generations_.publish();
  if (attempt.ending == Ending::kCommitted) {
    condition_.note_success();
  } else {
    condition_.note_failure(attempt.error);
  }
  return attempt;
}

Writer::Attempt Writer::attempt_once(std::span<Job> group) {
  roll_back();
  // A log that was cut off would grow again by what is written, and could not be told from a whole one afterwards.
  auto in_place = condition_.is_sound() ? condition_.check_content() : condition_.check_files();
  if (!in_place) return {Ending::kNotBegun, in_place.error()};
  if (auto begun = database_.run("BEGIN IMMEDIATE"); !begun) return {Ending::kNotBegun, begun.error()};
  const auto applied = apply_all(group);
  if (!applied) {
    roll_back();
    return {Ending::kFailed, applied.error()};
  }
  return commit(*applied);
}

Writer::Attempt Writer::commit(const Positions& positions) {
  Attempt attempt{Ending::kCommitted};
  if (auto committed = database_.run("COMMIT"); !committed) {
    roll_back();
    attempt = settle(committed.error(), positions);
  }
  if (attempt.ending != Ending::kCommitted) return attempt;
  signal_.move_to(positions.after);
  // What was synchronised may be files that nobody will find any more.
  if (auto in_place = condition_.check_content(); !in_place) return {Ending::kUncertain, in_place.error()};
  return attempt;
}

void Writer::try_anew() {
  const Work work(condition_);
  auto written = condition_.check_files();
  if (written) written = fence();
  if (written) {
    condition_.note_success();
  } else {
    condition_.note_failure(written.error());
  }
}

base::Result<Writer::Positions> Writer::apply_all(std::span<Job> group) {
  Positions positions;
  TRY_ASSIGN(positions.before, last_change(database_));
  rows_.begin_after(std::max(positions.before, last_));
  for (Job& job : group) {
    if (clock_.steady_now() > job.context.deadline) {
      job.outcome = {OutcomeKind::kDeadlineExceeded};
      continue;
    }
    TRY_ASSIGN(job.outcome, commands::apply(rows_, job.context, job.command));
  }
  TRY(rows_.flush());
  TRY_ASSIGN(positions.after, last_change(database_));
  return positions;
}

// A commit that failed may lie in the log with its end mark and come to life after a power cut. Only a later commit
// that succeeds settles it: that one either follows it or has overwritten it. Which, the changes tell; a commit of
// receipts alone has none.
Writer::Attempt Writer::settle(base::Error error, const Positions& positions) {
  if (auto fenced = fence(); !fenced) {
    error.detail += "; then " + fenced.error().detail;
    return {Ending::kUncertain, std::move(error)};
  }
  if (positions.after == positions.before) return {Ending::kUncertain, std::move(error)};
  const auto position = last_change(database_);
  if (!position) return {Ending::kUncertain, position.error()};
  if (*position > positions.before) return {Ending::kCommitted};
  return {Ending::kFailed, std::move(error)};
}

base::Result<void> Writer::fence() {
  auto fenced = database_.execute("BEGIN IMMEDIATE; UPDATE fence SET count = count + 1 WHERE id = 1; COMMIT");
  if (!fenced) roll_back();
  return fenced;
}

void Writer::roll_back() {
  // A rollback of its own may have ended the transaction already; should this one fail, BEGIN will.
  if (database_.in_transaction()) static_cast<void>(database_.execute("ROLLBACK"));
}

}  // namespace livecert::store::sqlite
