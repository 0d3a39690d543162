#include "edge/delivery/fleet.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/secret.h"
#include "base/thread_name.h"
#include "edge/delivery/batch_size.h"

namespace livecert::edge {
namespace {

constexpr std::chrono::milliseconds kWaitForChange(500);  // also how long a stop may take
constexpr std::chrono::milliseconds kSourcePause(1000);
constexpr std::chrono::milliseconds kInspectAfter(10'000);
constexpr std::chrono::milliseconds kWatchAfter(2000);

Plan::Edge plan_edge(const Definition& definition) {
  return {definition.name, definition.selection, definition.listen.has_value(), definition.settle,
          epoch_of(definition)};
}

std::string milliseconds_text(std::chrono::microseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) + " ms";
}

}  // namespace

Fleet::Fleet(std::vector<Member> members, Source& source, const base::Clock& clock, Options options)
    : source_(source), clock_(clock), options_(std::move(options)), plan_({}, options_.plan) {
  keeper_ = std::jthread([this](const std::stop_token& lanes_done) { keep_receipts(lanes_done); });
  arrange(std::move(members));
  follower_ = std::jthread([this] { follow(); });
}

void Fleet::stop() {
  std::vector<SharedSeat> all;
  {
    // With the lock, so that a thread that is about to wait hears of it.
    const std::lock_guard lock(mutex_);
    stop_.request_stop();
    all = seats_;
    for (const SharedSeat& seat : all) seat->stop.request_stop();
  }
  for (const SharedSeat& seat : all) seat->worker->stop();
  changed_.notify_all();
  receipts_kept_.notify_all();
}

Fleet::~Fleet() {
  stop();
  follower_.join();
  for (const SharedSeat& seat : seats_) {
    if (seat->thread.joinable()) seat->thread.join();
  }
}

std::vector<Definition> Fleet::keep_only(std::span<const Definition> staying) {
  std::vector<SharedSeat> ending;
  std::vector<Definition> stays;
  {
    const std::lock_guard lock(mutex_);
    for (const SharedSeat& seat : seats_) {
      if (seat->is_over) continue;
      // An edge that was retired and is wanted all the same begins again.
      const bool stays_on = !seat->is_retired && std::ranges::find(staying, seat->definition) != staying.end();
      if (stays_on) {
        stays.push_back(seat->definition);
        continue;
      }
      seat->stop.request_stop();
      ending.push_back(seat);
    }
  }
  for (const SharedSeat& seat : ending) seat->worker->stop();
  changed_.notify_all();
  for (const SharedSeat& seat : ending) {
    if (seat->thread.joinable()) seat->thread.join();
  }
  {
    const std::lock_guard failures_lock(failures_mutex_);
    for (const SharedSeat& seat : ending) failures_.forget(seat->edge);
  }
  {
    const std::lock_guard lock(mutex_);
    for (const SharedSeat& seat : ending) {
      seat->is_over = true;
      plan_.remove(seat->edge, clock_.steady_now());
      std::erase_if(seen_, [&](const domain::EdgeSeen& seen) { return seen.edge == seat->definition.name; });
    }
  }
  changed_.notify_all();
  return stays;
}

void Fleet::arrange(std::vector<Member> members) {
  {
    const std::lock_guard lock(mutex_);
    std::vector<SharedSeat> seats;
    std::vector<std::size_t> order;
    for (Member& member : members) {
      SharedSeat seat = member.worker == nullptr ? find_seat(member.definition.name) : add_seat(std::move(member));
      LIVECERT_CHECK(seat != nullptr);
      order.push_back(seat->edge);
      seats.push_back(std::move(seat));
    }
    seats_ = std::move(seats);
    plan_.arrange(std::move(order));
  }
  changed_.notify_all();
}

Fleet::SharedSeat Fleet::add_seat(Member member) {
  const std::size_t edge = plan_.add(plan_edge(member.definition));
  auto seat = std::make_shared<Seat>(std::move(member), edge);
  // The thread is joined before anybody gives the seat up.
  seat->thread = std::jthread([this, seat = seat.get()] {
    base::name_this_thread("edge");
    work(*seat);
  });
  return seat;
}

std::vector<Fleet::SharedSeat> Fleet::seats() const {
  const std::lock_guard lock(mutex_);
  return seats_;
}

Fleet::SharedSeat Fleet::find_seat(const std::string& edge) const {
  const auto found = std::ranges::find_if(
      seats_, [&](const SharedSeat& seat) { return seat->definition.name == edge && !seat->is_over; });
  return found == seats_.end() ? nullptr : *found;
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
    const auto next = go_on(position);
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

base::Result<std::int64_t> Fleet::go_on(std::optional<std::int64_t> position) {
  TRY_ASSIGN(const std::vector<Known> known, read_receipts());
  if (position) {
    begin(known, {});
    return take_changes(*position);
  }
  TRY_ASSIGN(const Source::Snapshot snapshot, source_.read_all());
  begin(known, snapshot.orders);
  return snapshot.position;
}

// The receipts of the edges that nothing was done at yet: they tell what an earlier thread did there.
base::Result<std::vector<Fleet::Known>> Fleet::read_receipts() {
  std::vector<Known> known;
  for (const SharedSeat& seat : seats()) {
    if (seat->is_begun) continue;
    await_receipts(seat->stop.get_token());
    TRY_ASSIGN(auto receipts, source_.receipts(seat->definition.name));
    known.push_back({seat, std::move(receipts)});
  }
  return known;
}

// All at once, since the rules between edges need to know all of them.
void Fleet::begin(const std::vector<Known>& known, const std::vector<Order>& orders) {
  if (known.empty() && orders.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    const base::SteadyTime now = clock_.steady_now();
    plan_.take_orders(orders, now);
    for (const auto& [seat, receipts] : known) {
      if (seat->is_over) continue;
      seat->is_begun = true;
      add_receipts(plan_.begin(seat->edge, receipts, clock_.now(), now));
    }
  }
  changed_.notify_all();
  receipts_came_.notify_one();
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
std::vector<Task> Fleet::next_tasks(const Seat& seat, std::size_t most, base::SteadyTime until) {
  std::unique_lock lock(mutex_);
  while (!seat.stop.stop_requested()) {
    const base::SteadyTime now = clock_.steady_now();
    if (now >= until) return {};
    std::vector<Task> tasks = plan_.take(seat.edge, most, clock_.now(), now);
    if (!tasks.empty()) return tasks;
    const auto due = plan_.due(seat.edge);
    const base::SteadyTime wake = due ? std::max(*due, now + std::chrono::milliseconds(1)) : until;
    changed_.wait_until(lock, std::min(wake, until));
  }
  return {};
}

void Fleet::work(Seat& seat) {
  base::SteadyTime inspect_at = clock_.steady_now();
  base::SteadyTime watch_at = inspect_at;
  BatchSize size;
  while (!seat.stop.stop_requested()) {
    if (clock_.steady_now() >= watch_at) {
      watch(seat);
      watch_at = clock_.steady_now() + kWatchAfter;
    }
    if (clock_.steady_now() >= inspect_at) {
      inspect(seat);
      inspect_at = clock_.steady_now() + kInspectAfter;
    }
    const std::vector<Task> tasks = next_tasks(seat, size.now(), std::min(inspect_at, watch_at));
    if (tasks.empty()) continue;
    // A receipt that is still on its way must not arrive after it was forgotten.
    const bool forgets = std::ranges::find(tasks, Step::kWithdraw, &Task::step) != tasks.end();
    if (forgets) await_receipts(seat.stop.get_token());
    const base::SteadyTime begun = clock_.steady_now();
    const std::vector<Finished> finished = seat.worker->perform(tasks);
    base::wipe_dead_stack();
    finish(seat, tasks, finished, begun);
    // Without changes it is the server that is slow to answer, and a batch has few looks anyway.
    const bool writes = std::ranges::find(tasks, Step::kDeliver, &Task::step) != tasks.end();
    if (writes) size.note(tasks.size(), clock_.steady_now() - begun);
  }
}

void Fleet::inspect(Seat& seat) {
  const std::string trouble = seat.worker->inspect();
  std::vector<Event> events;
  {
    const std::lock_guard lock(mutex_);
    events = plan_.note_inspection(seat.edge, trouble);
  }
  for (const Event& event : events) log(seat, event);
}

void Fleet::watch(Seat& seat) {
  log_other_failures();
  const Sighting sighting = seat.worker->watch();
  const std::lock_guard lock(mutex_);
  plan_.note_sighting(seat.edge, sighting, clock_.now(), clock_.steady_now());
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
  SharedSeat seat;
  {
    const std::lock_guard lock(mutex_);
    seat = find_seat(edge);
    if (seat == nullptr) return std::nullopt;
    seat->is_retired = true;
  }
  const base::SteadyTime until = clock_.steady_now() + patience;
  for (;;) {
    std::size_t left = 0;
    {
      const std::lock_guard lock(mutex_);
      left = plan_.retire(seat->edge, clock_.steady_now());
    }
    changed_.notify_all();
    if (left == 0 || clock_.steady_now() >= until || is_stopping()) return left;
    pause(kPause);
  }
}

void Fleet::finish(const Seat& seat, const std::vector<Task>& tasks, const std::vector<Finished>& finished,
                   base::SteadyTime begun) {
  News all;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      // A stopped task says nothing about the edge.
      if (finished.at(i).end == End::kStopped) continue;
      News news = plan_.finish(tasks[i], finished.at(i), clock_.now(), clock_.steady_now());
      std::ranges::move(news.events, std::back_inserter(all.events));
      add_receipts(std::move(news.receipts));
    }
    const Task& first = tasks.front();
    if (first.is_retry) plan_.note_retries(first.edge, begun, clock_.steady_now());
  }
  changed_.notify_all();
  receipts_came_.notify_one();
  for (const Event& event : all.events) log(seat, event);
}

// With the lock held.
void Fleet::add_receipts(std::vector<domain::Receipt> receipts) {
  receipts_added_ += receipts.size();
  std::ranges::move(receipts, std::back_inserter(receipts_));
}

void Fleet::await_receipts(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  receipts_kept_.wait(lock, stop, [&, last = receipts_added_] { return receipts_done_ >= last; });
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
    lock.unlock();
    auto kept = batch.empty() ? base::Result<void>() : source_.keep(batch);
    // Only afterwards: it is about the receipts as they are now.
    const bool is_seen_kept = kept && !seen.empty() && source_.keep_seen(seen);
    lock.lock();
    if (is_seen_kept) {
      for (domain::EdgeSeen& edge : seen) {
        std::erase_if(seen_, [&](const domain::EdgeSeen& former) { return former.edge == edge.edge; });
        seen_.push_back(std::move(edge));
      }
    }
    if (is_last) return;
    if (kept) {
      receipts_done_ += batch.size();
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
  for (const SharedSeat& seat : seats_) {
    auto seen = plan_.seen(seat->edge);
    const auto former = std::ranges::find(seen_, seat->definition.name, &domain::EdgeSeen::edge);
    const bool is_news = seen && (former == seen_.end() || former->epoch != seen->epoch || former->at < seen->at);
    if (is_news) all.push_back(*std::move(seen));
  }
  return all;
}

std::vector<EdgeStatus> Fleet::status() const {
  const std::lock_guard lock(mutex_);
  std::vector<EdgeStatus> all;
  all.reserve(seats_.size());
  for (const SharedSeat& seat : seats_) {
    all.push_back({seat->definition, seat->is_over ? EdgeCounts() : plan_.counts(seat->edge)});
  }
  return all;
}

std::vector<Served> Fleet::served(base::Time ends_before) const {
  const std::lock_guard lock(mutex_);
  std::vector<Served> all;
  for (const SharedSeat& seat : seats_) {
    if (!seat->is_over) std::ranges::move(plan_.served(seat->edge, ends_before), std::back_inserter(all));
  }
  return all;
}

std::vector<domain::Receipt> Fleet::receipts(const std::string& domain) const {
  const std::lock_guard lock(mutex_);
  std::vector<domain::Receipt> all;
  for (const SharedSeat& seat : seats_) {
    if (!seat->is_over) std::ranges::move(plan_.receipts(seat->edge, domain), std::back_inserter(all));
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

void Fleet::log(const Seat& seat, const Event& event) {
  const std::string who = "edge " + seat.definition.name + ": ";
  const bool has_version = event.version != base::CertId{};
  const std::string what = event.domain + (has_version ? " version " + event.version.to_string() : "");
  switch (event.kind) {
    case Event::Kind::kProved: {
      if (options_.delivered) options_.delivered(seat.definition, event.took);
      // Without an address, no handshake has shown that it is served.
      const char* const seen = seat.definition.listen ? " is served, " : " is taken up, ";
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
