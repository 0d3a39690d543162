#include "store/group_writer.h"

#include <algorithm>
#include <utility>

#include "base/thread_name.h"

namespace livecert::store {
namespace {

// The outcome of a command whose transaction had no effect.
Outcome failure(const base::Error& error) {
  const bool contended = error.code == base::ErrorCode::kConflict;
  return {contended ? OutcomeKind::kConflict : OutcomeKind::kUnavailable, error.detail};
}

// The outcome of a command whose transaction may have had one.
Outcome uncertain(const Outcome& outcome, const base::Error& error) {
  const bool wrote = outcome.kind == OutcomeKind::kDone;
  return {wrote ? OutcomeKind::kUnknown : OutcomeKind::kUnavailable, error.detail};
}

}  // namespace

GroupWriter::GroupWriter(Engine& engine, Apply apply, const base::Clock& clock, int max_group, Watch watch)
    : engine_(engine),
      apply_(std::move(apply)),
      clock_(clock),
      max_group_(static_cast<std::size_t>(std::max(max_group, 1))),
      watch_(std::move(watch)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void GroupWriter::submit(Context context, Command command, base::Later<Outcome>::Receiver to) {
  Job job{std::move(context), std::move(command), std::move(to)};
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(job));
  }
  arrived_.notify_one();
}

void GroupWriter::wake() {
  {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
  }
  arrived_.notify_one();
}

void GroupWriter::run(const std::stop_token& stop) {
  base::name_this_thread("store writer");
  const std::stop_callback wake_to_stop(stop, [this] { wake(); });
  for (;;) {
    if (wait_for_work(stop)) {
      write_group();
      pause_ = engine_.after_group();
    } else {
      pause_ = engine_.when_idle();
      if (stop.stop_requested() && is_queue_empty()) return;
    }
  }
}

bool GroupWriter::wait_for_work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto has_work = [&] { return is_woken_ || !queue_.empty() || stop.stop_requested(); };
  if (pause_) {
    arrived_.wait_for(lock, *pause_, has_work);
  } else {
    arrived_.wait(lock, has_work);
  }
  is_woken_ = false;
  return !queue_.empty();
}

bool GroupWriter::is_queue_empty() {
  const std::lock_guard lock(mutex_);
  return queue_.empty();
}

std::vector<GroupWriter::Job> GroupWriter::take() {
  const std::lock_guard lock(mutex_);
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), max_group_));
  std::vector<Job> group(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.begin() + count));
  queue_.erase(queue_.begin(), queue_.begin() + count);
  return group;
}

void GroupWriter::write_group() {
  const auto begun = engine_.begin();
  std::vector<Job> group = take();
  if (begun) {
    carry_out(group);
  } else {
    // No member caused this failure, so trying each one alone would not help.
    for (Job& job : group) job.outcome = failure(begun.error());
  }
  for (Job& job : group) std::move(job.to)(std::move(job.outcome));
  if (watch_) tell(group.size());
  // The group ends here, so that no request stays in memory during the engine's own work.
}

void GroupWriter::tell(std::size_t commands) {
  GroupSeen seen{.commands = commands, .commit = std::exchange(commit_, {})};
  {
    const std::lock_guard lock(mutex_);
    seen.waiting = queue_.size();
  }
  watch_(seen);
}

void GroupWriter::carry_out(std::span<Job> group) {
  const Ending together = retry(group, attempt(group));
  if (together.kind == Ending::Kind::kCommitted) return;
  // One member alone may have caused the failure: each gets its own transaction, unless the group may have taken
  // effect.
  const bool is_last = group.size() == 1 || together.kind == Ending::Kind::kUncertain;
  for (std::size_t i = 0; i < group.size(); ++i) {
    const std::span<Job> one = group.subspan(i, 1);
    Job& job = one.front();
    Ending last = together;
    if (!is_last) {
      const auto begun = engine_.begin();
      last = begun ? retry(one, attempt(one)) : Ending{Ending::Kind::kFailed, begun.error()};
    }
    if (last.kind == Ending::Kind::kFailed) job.outcome = failure(last.why);
    if (last.kind == Ending::Kind::kUncertain) job.outcome = uncertain(job.outcome, last.why);
  }
}

Ending GroupWriter::attempt(std::span<Job> group) {
  if (const auto applied = apply_all(group); !applied) {
    engine_.roll_back(applied.error());
    return {Ending::Kind::kFailed, applied.error()};
  }
  const base::SteadyTime before = clock_.steady_now();
  Ending ending = engine_.commit();
  commit_ += clock_.steady_now() - before;
  return ending;
}

Ending GroupWriter::retry(std::span<Job> group, Ending ending) {
  for (int left = engine_.retries(); left > 0; --left) {
    if (ending.kind != Ending::Kind::kFailed || ending.why.code != base::ErrorCode::kConflict) break;
    const auto begun = engine_.begin();
    ending = begun ? attempt(group) : Ending{Ending::Kind::kFailed, begun.error()};
  }
  return ending;
}

base::Result<void> GroupWriter::apply_all(std::span<Job> group) {
  std::vector<Job*> due;
  std::vector<const Command*> commands;
  for (Job& job : group) {
    if (clock_.steady_now() > job.context.deadline) {
      job.outcome = {OutcomeKind::kDeadlineExceeded};
      continue;
    }
    due.push_back(&job);
    commands.push_back(&job.command);
  }
  Rows& rows = engine_.rows();
  TRY(rows.announce(commands));
  for (Job* job : due) {
    TRY_ASSIGN(job->outcome, apply_(rows, job->context, job->command));
  }
  return rows.flush();
}

}  // namespace livecert::store
