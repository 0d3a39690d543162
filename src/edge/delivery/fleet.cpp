#include "edge/delivery/fleet.h"

#include <algorithm>
#include <utility>

#include "base/secret.h"
#include "base/thread_name.h"
#include "edge/delivery/batch_size.h"

namespace livecert::edge {
namespace {

constexpr std::chrono::milliseconds kWaitForChange(500);  // also how long a stop may take
constexpr std::chrono::milliseconds kSourcePause(1000);
constexpr std::chrono::milliseconds kInspectAfter(10'000);
constexpr std::chrono::milliseconds kWatchAfter(2000);

std::vector<Definition> definitions_of(const std::vector<Fleet::Member>& members) {
  std::vector<Definition> definitions;
  definitions.reserve(members.size());
  for (const Fleet::Member& member : members) definitions.push_back(member.definition);
  return definitions;
}

std::vector<Plan::Edge> plan_edges(const std::vector<Definition>& definitions) {
  std::vector<Plan::Edge> edges;
  edges.reserve(definitions.size());
  for (const Definition& definition : definitions) {
    edges.push_back({definition.name, definition.selection, definition.listen.has_value(), definition.settle,
                     epoch_of(definition)});
  }
  return edges;
}

std::string milliseconds_text(std::chrono::microseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + " ms";
}

}  // namespace

Fleet::Fleet(std::vector<Member> members, Source& source, const base::Clock& clock, Options options)
    : definitions_(definitions_of(members)),
      source_(source),
      clock_(clock),
      options_(std::move(options)),
      plan_(plan_edges(definitions_), options_.plan) {
  for (Member& member : members) {
    workers_.push_back(std::move(member.worker));
  }
  keeper_ = std::jthread([this](const std::stop_token& lanes_done) { keep_receipts(lanes_done); });
  for (std::size_t edge = 0; edge < workers_.size(); ++edge) {
    lanes_.emplace_back([this, edge] {
      base::name_this_thread("edge");
      work(edge);
    });
  }
  follower_ = std::jthread([this] { follow(); });
}

void Fleet::stop() {
  {
    // With the lock, so that a lane that is about to wait hears of it.
    const std::lock_guard lock(mutex_);
    stop_.request_stop();
  }
  for (const auto& worker : workers_) worker->stop();
  changed_.notify_all();
  receipts_kept_.notify_all();
}

Fleet::~Fleet() {
  stop();
}

void Fleet::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop_.get_token(), time, [] { return false; });
}

void Fleet::follow() {
  base::name_this_thread("edge plan");
  std::optional<std::int64_t> position;
  std::string failure;
  while (!is_stopping()) {
    const auto next = position ? take_changes(*position) : begin();
    if (next) {
      position = *next;
      failure.clear();
      continue;
    }
    const std::string reason = next.error().message + " " + next.error().detail;
    if (reason != failure) options_.log({true, "edges: the orders cannot be read: " + reason});
    failure = reason;
    pause(kSourcePause);
  }
}

base::Result<std::int64_t> Fleet::begin() {
  std::vector<std::vector<domain::Receipt>> known;
  for (const Definition& definition : definitions_) {
    TRY_ASSIGN(auto receipts, source_.receipts(definition.name));
    known.push_back(std::move(receipts));
  }
  TRY_ASSIGN(const Source::Snapshot snapshot, source_.read_all());
  {
    const std::lock_guard lock(mutex_);
    const base::SteadyTime now = clock_.steady_now();
    for (std::size_t edge = 0; edge < known.size(); ++edge) {
      std::ranges::move(plan_.remember(edge, known[edge], now), std::back_inserter(receipts_));
    }
    plan_.begin(snapshot.orders, clock_.now(), now);
  }
  changed_.notify_all();
  receipts_came_.notify_one();
  return snapshot.position;
}

base::Result<std::int64_t> Fleet::take_changes(std::int64_t after) {
  TRY_ASSIGN(const Changes changes, source_.changes(after, kWaitForChange));
  if (!changes.domains.empty()) {
    const std::lock_guard lock(mutex_);
    for (const Changed& changed : changes.domains) {
      plan_.set(changed.domain, changed.order, clock_.now(), clock_.steady_now());
    }
  }
  if (!changes.domains.empty()) changed_.notify_all();
  return changes.position;
}

// Returns none when the process stops, or when it is time for something else.
std::vector<Task> Fleet::next_tasks(std::size_t edge, std::size_t most, base::SteadyTime until) {
  std::unique_lock lock(mutex_);
  while (!is_stopping()) {
    const base::SteadyTime now = clock_.steady_now();
    if (now >= until) return {};
    std::vector<Task> tasks = plan_.take(edge, most, clock_.now(), now);
    if (!tasks.empty()) return tasks;
    const auto due = plan_.due(edge);
    const base::SteadyTime wake = due ? std::max(*due, now + std::chrono::milliseconds(1)) : until;
    changed_.wait_until(lock, std::min(wake, until));
  }
  return {};
}

void Fleet::work(std::size_t edge) {
  base::SteadyTime inspect_at = clock_.steady_now();
  base::SteadyTime watch_at = inspect_at;
  BatchSize size;
  while (!is_stopping()) {
    if (clock_.steady_now() >= watch_at) {
      watch(edge);
      watch_at = clock_.steady_now() + kWatchAfter;
    }
    if (clock_.steady_now() >= inspect_at) {
      inspect(edge);
      inspect_at = clock_.steady_now() + kInspectAfter;
    }
    const std::vector<Task> tasks = next_tasks(edge, size.now(), std::min(inspect_at, watch_at));
    if (tasks.empty()) continue;
    // A receipt that is still on its way must not arrive after it was forgotten.
    const bool forgets = std::ranges::find(tasks, Step::kWithdraw, &Task::step) != tasks.end();
    if (forgets) await_receipts();
    const base::SteadyTime begun = clock_.steady_now();
    const std::vector<Finished> finished = workers_.at(edge)->perform(tasks);
    base::wipe_dead_stack();
    finish(tasks, finished, begun);
    // Without changes it is the server that is slow to answer, and a batch has few looks anyway.
    const bool writes = std::ranges::find(tasks, Step::kDeliver, &Task::step) != tasks.end();
    if (writes) size.note(tasks.size(), clock_.steady_now() - begun);
  }
}

void Fleet::inspect(std::size_t edge) {
  const std::string trouble = workers_.at(edge)->inspect();
  std::vector<Event> events;
  {
    const std::lock_guard lock(mutex_);
    events = plan_.note_inspection(edge, trouble);
  }
  for (const Event& event : events) log(event);
}

void Fleet::watch(std::size_t edge) {
  log_other_failures();
  const Sighting sighting = workers_.at(edge)->watch();
  const std::lock_guard lock(mutex_);
  plan_.note_sighting(edge, sighting, clock_.now(), clock_.steady_now());
}

void Fleet::look_again(const std::string& domain) {
  {
    const std::lock_guard lock(mutex_);
    plan_.look_again(domain, clock_.steady_now());
  }
  changed_.notify_all();
}

std::optional<std::size_t> Fleet::retire(const std::string& edge, std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds kPause(20);
  const auto found = std::ranges::find(definitions_, edge, &Definition::name);
  if (found == definitions_.end()) return std::nullopt;
  const auto place = static_cast<std::size_t>(found - definitions_.begin());
  const base::SteadyTime until = clock_.steady_now() + patience;
  for (;;) {
    std::size_t left = 0;
    {
      const std::lock_guard lock(mutex_);
      left = plan_.retire(place, clock_.steady_now());
    }
    changed_.notify_all();
    if (left == 0 || clock_.steady_now() >= until || is_stopping()) return left;
    pause(kPause);
  }
}

void Fleet::finish(const std::vector<Task>& tasks, const std::vector<Finished>& finished, base::SteadyTime begun) {
  News all;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      // A stopped task says nothing about the edge.
      if (finished.at(i).end == End::kStopped) continue;
      News news = plan_.finish(tasks[i], finished.at(i), clock_.now(), clock_.steady_now());
      std::ranges::move(news.events, std::back_inserter(all.events));
      std::ranges::move(news.receipts, std::back_inserter(receipts_));
    }
    const Task& first = tasks.front();
    if (first.is_retry) plan_.note_retries(first.edge, begun, clock_.steady_now());
  }
  changed_.notify_all();
  receipts_came_.notify_one();
  for (const Event& event : all.events) log(event);
}

void Fleet::await_receipts() {
  std::unique_lock lock(mutex_);
  receipts_kept_.wait(lock, stop_.get_token(), [this] { return receipts_.empty() && !keeping_; });
}

void Fleet::keep_receipts(const std::stop_token& lanes_done) {
  base::name_this_thread("edge receipts");
  base::SteadyTime seen_at = clock_.steady_now() + options_.seen_interval;
  std::unique_lock lock(mutex_);
  for (;;) {
    receipts_came_.wait_until(lock, lanes_done, seen_at, [this] { return !receipts_.empty(); });
    std::vector<domain::Receipt> batch = std::exchange(receipts_, {});
    const bool is_last = batch.empty() && lanes_done.stop_requested();
    std::vector<domain::EdgeSeen> seen;
    if (is_last || clock_.steady_now() >= seen_at) {
      seen = seen_since_last();
      seen_at = clock_.steady_now() + options_.seen_interval;
    }
    keeping_ = true;
    lock.unlock();
    auto kept = batch.empty() ? base::Result<void>() : source_.keep(batch);
    // Only afterwards: it is about the receipts as they are now.
    const bool is_seen_kept = kept && !seen.empty() && source_.keep_seen(seen);
    lock.lock();
    keeping_ = false;
    if (is_seen_kept) {
      for (domain::EdgeSeen& edge : seen) {
        std::erase_if(seen_, [&](const domain::EdgeSeen& former) { return former.edge == edge.edge; });
        seen_.push_back(std::move(edge));
      }
    }
    if (is_last) return;
    if (kept) {
      receipts_kept_.notify_all();
      continue;
    }
    // Receipts that came meanwhile are newer and must be kept later.
    receipts_.insert(receipts_.begin(), std::make_move_iterator(batch.begin()), std::make_move_iterator(batch.end()));
    if (lanes_done.stop_requested()) return;
    receipts_came_.wait_for(lock, lanes_done, kSourcePause, [] { return false; });
  }
}

// Of the edges whose unchanged receipts were seen since the source was told last.
std::vector<domain::EdgeSeen> Fleet::seen_since_last() const {
  std::vector<domain::EdgeSeen> all;
  for (std::size_t edge = 0; edge < definitions_.size(); ++edge) {
    auto seen = plan_.seen(edge);
    const auto former = std::ranges::find(seen_, name_of(edge), &domain::EdgeSeen::edge);
    const bool is_news = seen && (former == seen_.end() || former->epoch != seen->epoch || former->at < seen->at);
    if (is_news) all.push_back(*std::move(seen));
  }
  return all;
}

std::vector<EdgeStatus> Fleet::status() const {
  const std::lock_guard lock(mutex_);
  std::vector<EdgeStatus> all;
  for (std::size_t edge = 0; edge < definitions_.size(); ++edge) {
    all.push_back({definitions_[edge], plan_.counts(edge)});
  }
  return all;
}

std::vector<Served> Fleet::served(base::Time ends_before) const {
  const std::lock_guard lock(mutex_);
  std::vector<Served> all;
  for (std::size_t edge = 0; edge < definitions_.size(); ++edge) {
    std::ranges::move(plan_.served(edge, ends_before), std::back_inserter(all));
  }
  return all;
}

std::vector<domain::Receipt> Fleet::receipts(const std::string& domain) const {
  const std::lock_guard lock(mutex_);
  std::vector<domain::Receipt> all;
  for (std::size_t edge = 0; edge < definitions_.size(); ++edge) {
    std::ranges::move(plan_.receipts(edge, domain), std::back_inserter(all));
  }
  return all;
}

void Fleet::log_other_failures() {
  std::vector<std::string> lines;
  {
    const std::lock_guard lock(failures_mutex_);
    lines = failures_.take_others(clock_.steady_now());
  }
  for (const std::string& line : lines) options_.log({true, line});
}

void Fleet::log(const Event& event) {
  const std::string who = "edge " + name_of(event.edge) + ": ";
  const bool has_version = event.version != base::CertId{};
  const std::string what = event.domain + (has_version ? " version " + event.version.to_string() : "");
  switch (event.kind) {
    case Event::Kind::kProved: {
      const Definition& definition = definitions_.at(event.edge);
      if (options_.delivered) options_.delivered(definition, event.took);
      // Without an address, no handshake has shown that it is served.
      const char* const seen = definition.listen ? " is served, " : " is taken up, ";
      return options_.log({false, who + what + seen + milliseconds_text(event.took) + " after it was ordered"});
    }
    case Event::Kind::kFailed: {
      const std::string line = who + what + (has_version ? " is not served: " : ": ") + event.reason;
      {
        const std::lock_guard lock(failures_mutex_);
        if (!failures_.is_first(event, line, clock_.steady_now())) return;
      }
      return options_.log({true, line});
    }
    case Event::Kind::kPutBack:
      return options_.log({true, who + what + " was put back"});
    case Event::Kind::kWithdrawn:
      return options_.log({false, who + event.domain + " is not served any more"});
    case Event::Kind::kEdgeLost:
      return options_.log({true, who + event.reason});
    case Event::Kind::kEnded:
      return options_.log({true, who + what + " is served: " + event.reason, true});
    case Event::Kind::kEdgeBack:
      return options_.log({false, who + "it answers again"});
  }
}

}  // namespace livecert::edge
