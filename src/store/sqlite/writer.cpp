#include "store/sqlite/writer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/thread_name.h"
#include "store/sqlite/commands.h"
#include "store/sqlite/queries.h"

namespace livecert::store::sqlite {
namespace {

constexpr std::chrono::milliseconds kIdle(200);

// The outcome of a command whose transaction failed.
Outcome failure(const base::Error& error) {
  const bool contended = error.code == base::ErrorCode::kConflict;
  return {contended ? OutcomeKind::kConflict : OutcomeKind::kUnavailable, error.detail};
}

}  // namespace

Writer::Writer(Connection& database, Checkpointer& checkpointer, ChangeSignal& signal, Generations& generations,
               const base::Clock& clock, int max_group)
    : database_(database),
      checkpointer_(checkpointer),
      signal_(signal),
      generations_(generations),
      clock_(clock),
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

void Writer::run() {
  base::name_this_thread("store writer");
  for (;;) {
    std::vector<Job> group = take();
    if (group.empty()) {
      settled_ = checkpointer_.when_idle();
      const std::lock_guard lock(mutex_);
      if (stopping_ && queue_.empty()) return;
      continue;
    }
    carry_out(group);
    // Nothing of a request stays in memory for the length of a checkpoint.
    for (Job& job : group) std::exchange(job.done, nullptr)(std::move(job.outcome));
    checkpointer_.after_commit();
    settled_ = false;
  }
}

std::vector<Writer::Job> Writer::take() {
  std::unique_lock lock(mutex_);
  const auto has_work = [&] { return stopping_ || !queue_.empty(); };
  if (settled_) {
    arrived_.wait(lock, has_work);
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
  Attempt attempt = attempt_once(group);
  generations_.publish();
  return attempt;
}

Writer::Attempt Writer::attempt_once(std::span<Job> group) {
  roll_back();
  if (auto begun = database_.run("BEGIN IMMEDIATE"); !begun) return {Ending::kNotBegun, begun.error()};
  const auto applied = apply_all(group);
  if (!applied) {
    roll_back();
    return {Ending::kFailed, applied.error()};
  }
  Attempt attempt{Ending::kCommitted};
  if (auto committed = database_.run("COMMIT"); !committed) {
    roll_back();
    attempt = settle(committed.error(), *applied);
  }
  if (attempt.ending == Ending::kCommitted) signal_.move_to(applied->after);
  return attempt;
}

base::Result<Writer::Positions> Writer::apply_all(std::span<Job> group) {
  Positions positions;
  TRY_ASSIGN(positions.before, last_change(database_));
  for (Job& job : group) {
    if (clock_.steady_now() > job.context.deadline) {
      job.outcome = {OutcomeKind::kDeadlineExceeded};
      continue;
    }
    TRY_ASSIGN(job.outcome, apply(database_, job.context, job.command));
  }
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
