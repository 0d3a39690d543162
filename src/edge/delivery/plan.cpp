#include "edge/delivery/plan.h"

#include <algorithm>

namespace livecert::edge {
namespace {

// The longest time to the next try that a receipt from the future may demand.
constexpr std::chrono::hours kLongestPause(1);

// What was seen of a version stays true when the version is ordered again.
void take_over(domain::Receipt& next, const domain::Receipt& seen) {
  next.shown_since = seen.shown_since;
  next.last_seen = seen.last_seen;
  next.shown_until = seen.shown_until;
  next.seen_by = seen.seen_by;
}

// Of the receipts of one domain at one edge, only the one that was seen last may claim that its version is shown now.
void end_earlier_claims(std::vector<domain::Receipt>& receipts, std::vector<domain::Receipt>& corrected) {
  for (domain::Receipt& receipt : receipts) {
    const bool is_overtaken =
        receipt.is_shown() && std::ranges::any_of(receipts, [&](const domain::Receipt& other) {
          return other.is_shown() && other.epoch == receipt.epoch && other.shown_since > receipt.shown_since;
        });
    if (!is_overtaken) continue;
    receipt.shown_until = receipt.last_seen;
    corrected.push_back(receipt);
  }
}

domain::Receipt without_epoch(domain::Receipt receipt) {
  receipt.epoch = {};
  return receipt;
}

}  // namespace

bool is_good(const Plan::Edge& edge, const domain::Receipt& receipt) {
  if (edge.is_provable) return receipt.proved_at.has_value();
  return receipt.acknowledged_at.has_value() && receipt.failure.empty();
}

Plan::Plan(std::vector<Edge> edges, PlanOptions options, Mutation mutation) : options_(options), mutation_(mutation) {
  for (Edge& edge : edges) order_.push_back(add(std::move(edge)));
}

std::size_t Plan::add(Edge edge) {
  std::size_t number = lanes_.size();
  if (removed_.empty()) {
    lanes_.emplace_back();
  } else {
    number = removed_.back();
    removed_.pop_back();
  }
  lanes_.at(number) = {};
  lanes_.at(number).edge = std::move(edge);
  return number;
}

void Plan::remove(std::size_t edge, base::SteadyTime now) {
  Lane& lane = lanes_.at(edge);
  const std::map<std::string, Slot> slots = std::exchange(lane.slots, {});
  lane = {};
  lane.is_retired = true;
  removed_.push_back(edge);
  std::erase(order_, edge);
  for (const auto& [domain, slot] : slots) {
    // Other edges may have waited for this one.
    follow(domain, now);
    forget_domain(domain);
  }
}

void Plan::arrange(std::vector<std::size_t> order) {
  order_ = std::move(order);
}

std::vector<domain::Receipt> Plan::remember(Lane& lane, const std::vector<domain::Receipt>& receipts,
                                            base::SteadyTime now) {
  std::vector<domain::Receipt> corrected;
  for (const domain::Receipt& receipt : receipts) lane.remembered[receipt.domain].push_back(receipt);
  for (auto& [domain, known] : lane.remembered) {
    end_earlier_claims(known, corrected);
    Slot& slot = lane.slots[domain];
    slot.is_row_kept = true;
    slot.phase = Phase::kWithdrawing;
    for (const domain::Receipt& receipt : known) {
      if (is_later_seen(lane, receipt, slot.former)) slot.former = without_epoch(receipt);
    }
    enter(lane, domain, slot, Step::kWithdraw, now);
  }
  return corrected;
}

void Plan::take_orders(const std::vector<Order>& orders, base::SteadyTime now) {
  for (const Order& order : orders) {
    Wanted& wanted = wanted_[std::string(order.domain)];
    wanted.order = order;
    wanted.ordered_at = now;
  }
}

std::vector<domain::Receipt> Plan::begin(std::size_t edge, const std::vector<domain::Receipt>& receipts, base::Time now,
                                         base::SteadyTime steady_now) {
  const Moment moment{now, steady_now};
  Lane& lane = lanes_.at(edge);
  std::vector<domain::Receipt> corrected = remember(lane, receipts, steady_now);
  lane.is_begun = true;
  for (const auto& [domain, wanted] : wanted_) {
    if (wants(lane, wanted)) start(edge, domain, moment);
  }
  lane.remembered.clear();
  return corrected;
}

// Takes the phase from the receipts; before anything else is done, the edge is looked at.
void Plan::start(std::size_t edge, const std::string& domain, const Moment& moment) {
  Lane& lane = lanes_.at(edge);
  const Wanted& wanted = wanted_.at(domain);
  Slot& slot = lane.slots[domain];
  Slot fresh;
  fresh.generation = slot.generation + 1;
  fresh.is_row_kept = slot.is_row_kept;
  fresh.is_taken = slot.is_taken;
  fresh.is_routine = slot.is_routine;
  fresh.due = slot.due;
  fresh.turn = slot.turn;
  fresh.account = slot.account;
  // It is not withdrawn yet, so it may still be shown.
  fresh.former = slot.receipt.is_shown() ? Rare(slot.receipt) : slot.former;
  slot = std::move(fresh);
  const Order& order = *wanted.order;
  give_to(lane, domain, slot, order.account);
  slot.receipt = {lane.edge.name, domain, order.chain, order.version, moment.now};
  recall(lane, wanted, slot, moment);
  slot.receipt.valid_until = order.ends_at;
  if (slot.former && slot.former->version == order.version) {
    take_over(slot.receipt, *slot.former);
    slot.former.reset();
  }
  slot.must_look = true;
  count(lane, slot, true, moment.steady);
  enter(lane, domain, slot, slot.phase == Phase::kBad ? Step::kProve : Step::kCheck, moment.steady);
}

// Whether a version was seen by this server, and later than another one.
bool Plan::is_later_seen(const Lane& lane, const domain::Receipt& receipt, const Rare<domain::Receipt>& other) {
  if (receipt.epoch != lane.edge.epoch || !receipt.shown_since) return false;
  return !other || std::pair(receipt.is_shown(), receipt.last_seen) > std::pair(other->is_shown(), other->last_seen);
}

void Plan::recall(Lane& lane, const Wanted& wanted, Slot& slot, const Moment& moment) {
  const auto found = lane.remembered.find(slot.receipt.domain);
  if (found == lane.remembered.end()) return;
  bool is_known = false;
  slot.former.reset();
  for (const domain::Receipt& receipt : found->second) {
    if (receipt.version == wanted.order->version) {
      const bool is_of_epoch = receipt.epoch == lane.edge.epoch;
      slot.receipt = without_epoch(receipt);
      if (is_of_epoch) {
        is_known = true;
        slot.traced = receipt.phase;
      } else {
        // The receipt is about another server, so what that one showed does not count.
        slot.receipt.wanted_at = moment.now;
        slot.receipt.phase = Phase::kAlone;
        slot.receipt.shown_since = slot.receipt.shown_until = slot.receipt.proved_at = std::nullopt;
        slot.receipt.written_at = slot.receipt.acknowledged_at = slot.receipt.last_seen = std::nullopt;
      }
      continue;
    }
    if (is_later_seen(lane, receipt, slot.former)) slot.former = without_epoch(receipt);
  }
  const bool is_lost_row = mutation_ == Mutation::kTrustsLostMemory && !is_known;
  const bool was_shown_last =
      is_known && slot.receipt.shown_since && (!slot.former || slot.receipt.last_seen >= slot.former->last_seen);
  if (is_known && slot.receipt.is_shown()) {
    slot.phase = Phase::kGood;
  } else if (was_shown_last) {
    slot.phase = Phase::kAlone;
  } else if (!options_.put_back || !slot.former) {
    slot.phase = is_lost_row ? Phase::kWaiting : Phase::kAlone;
  } else if (!is_known) {
    // An edge is a witness only if, as far as is known, it shows the former version now.
    slot.phase = slot.former->is_shown() ? Phase::kWaiting : Phase::kAlone;
  } else {
    switch (slot.receipt.phase) {
      case Phase::kHeld:
      case Phase::kBad:
      case Phase::kAlone:
        slot.phase = slot.receipt.phase;
        break;
      case Phase::kDelivering:
        // The files may be its own already: it goes on, and the former version is not asked before it fails.
        slot.phase = mutation_ == Mutation::kStartPutsBack ? Phase::kWaiting : Phase::kDelivering;
        slot.gone_at = moment.steady;
        slot.losses = losses_now(lane);
        break;
      case Phase::kGood:  // and no longer shown
        slot.phase = Phase::kAlone;
        break;
      default:
        slot.phase = Phase::kWaiting;
    }
  }
  if (slot.phase == Phase::kHeld) {
    slot.has_refused = true;
    slot.chances = static_cast<int>(std::clamp<std::int64_t>(slot.receipt.attempts, 1, 16));
    const auto left = slot.receipt.next_try.value_or(moment.now) - moment.now;
    const bool is_sound = left > left.zero() && left <= kLongestPause + kLongestPause / 10;
    slot.not_before =
        is_sound ? moment.steady + std::chrono::duration_cast<base::SteadyTime::duration>(left) : moment.steady;
  }
  slot.receipt.phase = slot.phase;
  lane.remembered.erase(found);
}

void Plan::set(const std::string& domain, const std::optional<Order>& order, base::Time now,
               base::SteadyTime steady_now) {
  const Moment moment{now, steady_now};
  Wanted& wanted = wanted_[domain];
  const bool is_changed = wanted.order != order;
  if (is_changed) {
    wanted.order = order;
    wanted.ordered_at = steady_now;
    wanted.broken = {};
  }
  // An unchanged order is proved again, because its receipts may have been reset.
  if (is_changed || order) {
    for (std::size_t edge = 0; edge < lanes_.size(); ++edge) reorder(edge, domain, is_changed, moment);
  }
  forget_domain(domain);
}

void Plan::reorder(std::size_t edge, const std::string& domain, bool is_changed, const Moment& moment) {
  Lane& lane = lanes_.at(edge);
  const Wanted& wanted = wanted_.at(domain);
  if (!lane.is_begun) return;
  if (!wants(lane, wanted)) return release(edge, domain, moment.steady);
  const auto found = lane.slots.find(domain);
  if (found == lane.slots.end() || found->second.phase == Phase::kWithdrawing) {
    const bool is_new = found == lane.slots.end();
    start(edge, domain, moment);
    Slot& slot = lane.slots.at(domain);
    slot.is_urgent = true;
    return enter(lane, domain, slot, is_new ? Step::kDeliver : Step::kCheck, moment.steady);
  }
  Slot& slot = found->second;
  note_unchanged(lane, slot);
  const bool is_same_version = slot.receipt.version == wanted.order->version;
  const bool is_checked = slot.phase == Phase::kGood || slot.phase == Phase::kAlone;
  if (is_same_version && !is_changed && !is_checked) return queue(lane, domain, slot, slot.due, slot.is_routine);
  ++slot.generation;
  slot.is_urgent = true;
  if (is_same_version && is_checked) {
    // The TLS versions may differ, or the receipts were reset.
    slot.receipt.wanted_at = moment.now;
    slot.receipt.written_at = slot.receipt.acknowledged_at = slot.receipt.proved_at = std::nullopt;
    slot.receipt.is_final = false;
    slot.is_shown_whole = false;
    slot.tries = 0;
    return enter(lane, domain, slot, Step::kCheck, moment.steady);
  }
  take_order(lane, domain, slot, moment);
}

// Takes another version for a domain that the edge serves already.
void Plan::take_order(Lane& lane, const std::string& domain, Slot& slot, const Moment& moment) {
  const Order& order = *wanted_.at(domain).order;
  give_to(lane, domain, slot, order.account);
  const Move move = move_of(slot.phase, Happening::kOrdered);
  count(lane, slot, false, moment.steady);
  domain::Receipt next{lane.edge.name, domain, order.chain, order.version, moment.now};
  next.valid_until = order.ends_at;
  if (slot.former && slot.former->version == order.version) take_over(next, *slot.former);
  if (slot.receipt.version == order.version) take_over(next, slot.receipt);
  const bool was_former_ordered = slot.former && slot.former->version == order.version;
  slot.overtaken.reset();
  if (slot.phase == Phase::kDelivering && slot.receipt.version != order.version) slot.overtaken = slot.receipt;
  const bool was_shown = slot.receipt.is_shown() && slot.receipt.version != order.version;
  if (was_shown) {
    slot.former = slot.receipt;
  } else if (was_former_ordered) {
    slot.former.reset();
  }
  slot.receipt = std::move(next);
  slot.traced.reset();
  const bool is_back_to_shown = was_former_ordered && slot.receipt.is_shown();
  slot.phase = is_back_to_shown ? Phase::kGood : options_.put_back && slot.former ? move.next : Phase::kAlone;
  slot.receipt.phase = slot.phase;
  slot.is_shown_whole = false;
  slot.is_settling = false;
  slot.settle_until.reset();
  slot.has_refused = false;
  slot.losses = -1;
  slot.tries = 0;
  slot.chances = 0;
  slot.hangs = 0;
  slot.not_before = moment.steady;
  count(lane, slot, true, moment.steady);
  // A version that has ended is placed only after a look has found no valid one.
  const bool is_look_first = was_former_ordered || has_ended(order, moment.now);
  const Act act = slot.phase == Phase::kAlone ? (is_look_first ? Act::kLook : Act::kPlaceOrdered) : move.act;
  if (is_back_to_shown) return enter(lane, domain, slot, Step::kCheck, moment.steady);
  slot.check_at = moment.steady + options_.proof_interval;
  switch (act) {
    case Act::kPlaceOrdered:
      return enter(lane, domain, slot, Step::kDeliver, moment.steady);
    case Act::kLook:
      // In kWaiting only the shown version counts: the files may be those of an order that was overtaken.
      slot.check_at = moment.steady;
      return enter(lane, domain, slot, slot.phase == Phase::kWaiting ? Step::kProve : Step::kCheck, moment.steady);
    default:
      return enter(lane, domain, slot, Step::kCheck, moment.steady);
  }
}

bool Plan::wants(const Lane& lane, const Wanted& wanted) const {
  return wanted.order && !lane.is_retired && lane.edge.selection.takes(*wanted.order);
}

// The edge should no longer serve the domain.
void Plan::release(std::size_t edge, const std::string& domain, base::SteadyTime now) {
  Lane& lane = lanes_.at(edge);
  const auto found = lane.slots.find(domain);
  if (found == lane.slots.end() || found->second.phase == Phase::kWithdrawing) return;
  Slot& slot = found->second;
  note_unchanged(lane, slot);
  ++slot.generation;
  count(lane, slot, false, now);
  slot.phase = Phase::kWithdrawing;
  slot.tries = 0;
  if (slot.is_row_kept || slot.is_taken) return enter(lane, domain, slot, Step::kWithdraw, now);
  unqueue(lane, domain, slot);
  lane.slots.erase(found);
}

void Plan::forget_domain(const std::string& domain) {
  const auto found = wanted_.find(domain);
  if (found == wanted_.end() || found->second.order) return;
  const bool is_somewhere = std::ranges::any_of(lanes_, [&](const Lane& lane) { return lane.slots.contains(domain); });
  if (!is_somewhere) wanted_.erase(found);
}

// The receipt as it leaves the plan.
domain::Receipt Plan::whole(const Lane& lane, domain::Receipt receipt) {
  receipt.epoch = lane.edge.epoch;
  return receipt;
}

bool Plan::is_valid(const domain::Receipt& receipt, base::Time now) const {
  return receipt.valid_until == base::Time{} || receipt.valid_until >= now;
}

bool Plan::has_ended(const Order& order, base::Time now) {
  return order.ends_at != base::Time{} && order.ends_at < now;
}

bool Plan::can_put_back(const Slot& slot, base::Time now) const {
  return slot.former && (is_valid(*slot.former, now) || mutation_ == Mutation::kFormerMayHaveEnded);
}

// A number to find out later whether the edge was lost meanwhile: -1, which never matches, if it is lost already.
int Plan::losses_now(const Lane& lane) {
  return lane.unreachable.is_on() ? -1 : lane.losses;
}

// The version that the edge should show, or was given last.
const domain::Receipt& Plan::target_of(const Slot& slot) const {
  const bool is_former = shows_former(slot.phase) || (slot.phase == Phase::kBad && slot.is_turn_of_former);
  return is_former && slot.former ? *slot.former : slot.receipt;
}

void Plan::unqueue(Lane& lane, const std::string& domain, const Slot& slot) {
  lane.queue.remove(slot.turn, {slot.due, &domain, slot.account});
}

// A domain may come to belong to another account. The caller queues it again.
void Plan::give_to(Lane& lane, const std::string& domain, Slot& slot, base::AccountId account) {
  unqueue(lane, domain, slot);
  slot.account = account;
}

Turn Plan::turn_of(const Slot& slot) {
  if (!slot.is_routine) return Turn::kChange;
  const bool has_failed = slot.tries > 0 && (slot.phase == Phase::kAlone || slot.phase == Phase::kBad);
  if (has_failed) return Turn::kRetry;
  return slot.step == Step::kDeliver || slot.is_in_doubt ? Turn::kRepair : Turn::kLook;
}

void Plan::enter(Lane& lane, const std::string& domain, Slot& slot, Step step, base::SteadyTime due) {
  slot.step = step;
  queue(lane, domain, slot, due, !slot.is_urgent && slot.phase != Phase::kWithdrawing);
}

void Plan::queue(Lane& lane, const std::string& domain, Slot& slot, base::SteadyTime due, bool is_routine) {
  unqueue(lane, domain, slot);
  slot.due = due;
  slot.is_routine = is_routine;
  slot.turn = turn_of(slot);
  const bool is_given_up = slot.receipt.is_final && slot.phase != Phase::kWaiting && slot.phase != Phase::kWithdrawing;
  if (slot.is_taken || is_given_up) return;
  // The queue keeps a pointer to the name, so it must be the one in the map.
  lane.queue.add(slot.turn, {due, &lane.slots.find(domain)->first, slot.account});
}

void Plan::change_phase(Lane& lane, const std::string& domain, Slot& slot, Phase phase, base::SteadyTime now) {
  if (slot.phase == phase) return;
  count(lane, slot, false, now);
  slot.phase = phase;
  slot.receipt.phase = phase;
  count(lane, slot, true, now);
  follow(domain, now);
}

// Keeps the numbers of rule 5, and wakes the domains that wait for them.
void Plan::count(Lane& lane, const Slot& slot, bool is_added, base::SteadyTime now) {
  const bool is_counted = slot.phase == Phase::kGood || slot.phase == Phase::kDelivering ||
                          slot.phase == Phase::kPuttingBack || slot.phase == Phase::kHeld;
  if (!is_counted) return;
  const base::CertId version = slot.receipt.version;
  Tried& tried = lane.tried[version];
  std::size_t& number = slot.phase == Phase::kGood   ? tried.good
                        : slot.phase == Phase::kHeld ? tried.refused
                                                     : tried.trying;
  number += is_added ? 1 : static_cast<std::size_t>(-1);
  if (!is_added || slot.phase == Phase::kGood) follow_lane(lane, tried, now);
  if (tried.good + tried.trying + tried.refused == 0 && tried.waiters.empty()) lane.tried.erase(version);
}

void Plan::follow_lane(Lane& lane, Tried& tried, base::SteadyTime now) {
  const std::set<std::string> waiters = std::exchange(tried.waiters, {});
  for (const std::string& domain : waiters) {
    const auto found = lane.slots.find(domain);
    if (found == lane.slots.end() || !shows_former(found->second.phase)) continue;
    if (!found->second.is_settling) queue(lane, domain, found->second, now, found->second.is_routine);
    // Another edge may be the canary now.
    follow(domain, now);
  }
}

// Edges that wait for another edge decide again.
void Plan::follow(const std::string& domain, base::SteadyTime now) {
  for (Lane& lane : lanes_) {
    const auto found = lane.slots.find(domain);
    if (found == lane.slots.end() || found->second.phase != Phase::kWaiting) continue;
    if (found->second.is_settling) continue;
    queue(lane, domain, found->second, now, found->second.is_routine);
  }
}

// Called when it has changed whether this edge can be the canary.
void Plan::follow_all(Lane& lane, base::SteadyTime now) {
  for (const auto& [domain, slot] : lane.slots) {
    const bool counts =
        slot.phase == Phase::kWaiting || slot.phase == Phase::kDelivering || slot.phase == Phase::kPuttingBack;
    if (counts) follow(domain, now);
  }
}

std::optional<base::SteadyTime> Plan::postponed_until(const Lane& lane, const Slot& slot) {
  const bool writes = slot.step == Step::kDeliver || slot.step == Step::kWithdraw;
  return writes ? lane.unwritable.until() : lane.unreachable.until();
}

std::vector<Task> Plan::take(std::size_t edge, std::size_t limit, base::Time now, base::SteadyTime steady_now) {
  // Checking costs a few milliseconds, and nobody waits for it.
  constexpr std::size_t kChecksAtOnce = 2;
  const Moment moment{now, steady_now};
  Lane& lane = lanes_.at(edge);
  Batch batch{limit, lane.edge.is_provable ? std::min(limit, kLooksAtOnce) : limit};
  take_of(edge, Turn::kChange, moment, batch);
  take_of(edge, Turn::kRepair, moment, batch);
  const bool are_retries_due = steady_now >= lane.retries_at;
  if (batch.tasks.empty() && are_retries_due) {
    batch.most = std::min(limit, kLooksAtOnce);
    take_of(edge, Turn::kRetry, moment, batch);
    if (!batch.tasks.empty()) return std::move(batch.tasks);
  }
  if (batch.tasks.size() >= kChecksAtOnce) return std::move(batch.tasks);
  batch.most = limit;
  batch.most_looks = std::min(batch.most_looks, batch.looks + kChecksAtOnce - batch.tasks.size());
  take_of(edge, Turn::kLook, moment, batch);
  return std::move(batch.tasks);
}

void Plan::take_of(std::size_t edge, Turn turn, const Moment& moment, Batch& batch) {
  Lane& lane = lanes_.at(edge);
  while (!batch.is_full()) {
    const std::string* const domain = lane.queue.next(turn, moment.steady);
    if (domain == nullptr) return;
    auto task = try_take(edge, *domain, moment);
    if (!task) continue;
    const bool writes = task->step == Step::kDeliver;
    if (writes) batch.versions.insert(task->order.version);
    // Where nothing was placed before, there is nothing to look at.
    const bool looks = task->step == Step::kProve || (task->step == Step::kCheck && !task->is_unknown);
    if (looks) ++batch.looks;
    batch.tasks.push_back(*std::move(task));
    // One task is enough to find out whether a lost edge is back.
    if (lane.unreachable.is_on() && !writes) batch.is_closed = true;
  }
}

bool Plan::Batch::is_full() const {
  // Each version costs milliseconds, because its key is opened and its bundle is checked.
  constexpr std::size_t kMostVersions = 64;
  return is_closed || tasks.size() >= most || looks >= most_looks || versions.size() >= kMostVersions;
}

void Plan::note_retries(std::size_t edge, base::SteadyTime begun, base::SteadyTime now) {
  lanes_.at(edge).retries_at = now + 9 * (now - begun);
}

std::optional<Task> Plan::try_take(std::size_t edge, const std::string& domain, const Moment& moment) {
  Lane& lane = lanes_.at(edge);
  Slot& slot = lane.slots.at(domain);
  drop_ended_former(lane, domain, slot, moment);
  if (!leave_if_allowed(edge, domain, slot, moment)) return std::nullopt;
  if (const auto until = postponed_until(lane, slot); until && *until > moment.steady) {
    queue(lane, domain, slot, *until, slot.is_routine);
    return std::nullopt;
  }
  unqueue(lane, domain, slot);
  slot.is_taken = true;
  return make_task(edge, domain, slot);
}

// A former version may have ended since it was to be placed.
void Plan::drop_ended_former(Lane& lane, const std::string& domain, Slot& slot, const Moment& moment) {
  if (slot.step != Step::kDeliver || can_put_back(slot, moment.now)) return;
  if (slot.phase == Phase::kPuttingBack) change_phase(lane, domain, slot, Phase::kBad, moment.steady);
  if (slot.phase == Phase::kBad) slot.is_turn_of_former = false;
  if (slot.phase == Phase::kWaiting || slot.phase == Phase::kHeld) slot.step = Step::kCheck;
}

// Lets an edge that shows the former version have the ordered one, if it may. False: there is nothing to do now.
bool Plan::leave_if_allowed(std::size_t edge, const std::string& domain, Slot& slot, const Moment& moment) {
  const bool waits = slot.phase == Phase::kWaiting || slot.phase == Phase::kHeld;
  if (!waits || slot.is_settling || slot.step == Step::kDeliver) return true;
  Lane& lane = lanes_.at(edge);
  // After a start, the edge is looked at before anything else is done: it may show something else by now.
  if (slot.must_look && !lane.unreachable.is_on()) return true;
  const Leave leave = may_leave(edge, domain, slot, moment);
  if (leave.may_go) {
    const Happening happening = slot.phase == Phase::kHeld ? Happening::kRetryDue : Happening::kMayGo;
    change_phase(lane, domain, slot, move_of(slot.phase, happening).next, moment.steady);
    slot.step = Step::kDeliver;
    slot.gone_at = moment.steady;
    slot.losses = losses_now(lane);
    slot.is_turn_of_former = false;
    slot.receipt.next_try.reset();
    slot.is_dirty = true;
    return true;
  }
  if (slot.phase == Phase::kWaiting && !slot.receipt.is_final) {
    if (!leave.held.empty() && slot.receipt.failure.empty()) slot.receipt.failing_since = moment.now;
    if (!leave.held.empty() || slot.chances == 0) slot.receipt.failure = leave.held;
    if (slot.receipt.failure.empty()) slot.receipt.failing_since.reset();
  }
  if (slot.check_at <= moment.steady) return true;
  queue(lane, domain, slot, leave.again ? std::min(*leave.again, slot.check_at) : slot.check_at, slot.is_routine);
  return false;
}

Task Plan::make_task(std::size_t edge, const std::string& domain, const Slot& slot) const {
  const Lane& lane = lanes_.at(edge);
  Task task;
  task.edge = edge;
  task.domain = domain;
  task.generation = slot.generation;
  task.step = slot.step;
  if (slot.phase == Phase::kWithdrawing) return task;
  const Wanted& wanted = wanted_.at(domain);
  const domain::Receipt& target = target_of(slot);
  const bool is_ordered = target.version == wanted.order->version;
  task.order = *wanted.order;
  task.order.chain = target.chain;
  task.order.version = target.version;
  task.order.ends_at = target.valid_until;
  if (!is_ordered) {
    task.replaces = wanted.order->version;
    task.other_ends_at = wanted.order->ends_at;
    task.known.push_back(wanted.order->version);
    if (slot.overtaken) task.known.push_back(slot.overtaken->version);
  } else if (slot.former) {
    task.known.push_back(slot.former->version);
    if (slot.former->is_shown() || slot.phase == Phase::kDelivering) {
      task.in_place = slot.former->version;
      task.other_ends_at = slot.former->valid_until;
    }
  }
  // A server has its TLS versions for all domains. Where they are right for one, those of others can wait for the next
  // look.
  const bool is_kept =
      slot.step != Step::kCheck && std::ranges::find(lane.kept_tls, task.order.tls) != lane.kept_tls.end();
  task.depth = (slot.is_shown_whole || is_kept) && is_ordered ? ProofDepth::kChain : ProofDepth::kTlsVersions;
  task.is_edge_lost = lane.unreachable.is_on();
  task.is_unknown = slot.step == Step::kCheck && slot.must_look && !slot.is_row_kept && !slot.former;
  task.is_checked = wanted.checked == target.version;
  task.is_sound = sound_.contains(target.version);
  task.is_retry = slot.turn == Turn::kRetry;
  const bool is_traced = slot.traced && (slot.phase != Phase::kDelivering || slot.traced == Phase::kDelivering);
  if (is_ordered && slot.step == Step::kDeliver && !is_traced) task.first_receipt = whole(lane, slot.receipt);
  return task;
}

std::optional<base::SteadyTime> Plan::due(std::size_t edge) const {
  const Lane& lane = lanes_.at(edge);
  std::optional<base::SteadyTime> first;
  for (const Turn turn : kTurns) {
    auto due = lane.queue.first(turn);
    if (due && turn == Turn::kRetry) due = std::max(*due, lane.retries_at);
    if (due && (!first || *due < *first)) first = due;
  }
  return first;
}

std::vector<Event> Plan::note_inspection(std::size_t edge, const std::string& trouble) {
  Lane& lane = lanes_.at(edge);
  if (lane.trouble == trouble) return {};
  lane.trouble = trouble;
  // A failed write has reported the same.
  if (lane.unwritable.is_on()) return {};
  if (trouble.empty()) return {{Event::Kind::kEdgeBack, edge}};
  return {{Event::Kind::kEdgeLost, edge, {}, {}, trouble}};
}

std::size_t Plan::retire(std::size_t edge, base::SteadyTime now) {
  Lane& lane = lanes_.at(edge);
  if (!lane.is_retired) {
    lane.is_retired = true;
    std::vector<std::string> domains;
    domains.reserve(lane.slots.size());
    for (const auto& [domain, slot] : lane.slots) domains.push_back(domain);
    for (const std::string& domain : domains) {
      release(edge, domain, now);
      // Other edges may have waited for this one.
      follow(domain, now);
    }
  }
  return lane.slots.size();
}

EdgeCounts Plan::counts(std::size_t edge) const {
  const Lane& lane = lanes_.at(edge);
  EdgeCounts counts;
  // It is unknown what a lost edge serves.
  const bool is_lost = lane.unreachable.is_on() && lane.unreachable.is_shared;
  std::map<std::string, std::pair<std::size_t, const Slot*>> reasons;
  for (const auto& [domain, slot] : lane.slots) {
    const bool is_withdrawing = slot.phase == Phase::kWithdrawing;
    if (is_withdrawing && slot.receipt.failure.empty()) continue;
    if (!is_withdrawing) ++counts.wanted;
    const bool has_ended = slot.ended != base::CertId{};
    counts.ended += has_ended ? 1 : 0;
    const bool is_failing = !slot.receipt.failure.empty() || is_lost;
    if (slot.phase == Phase::kGood && !is_failing) ++counts.proved;
    if (!is_failing) continue;
    ++counts.failing;
    auto& [number, example] = reasons[slot.receipt.failure];
    ++number;
    if (example == nullptr) example = &slot;
  }
  counts.failure = lane.unwritable.is_on() ? lane.unwritable.reason() : lane.unreachable.reason();
  if (counts.failure.empty()) counts.failure = lane.trouble;
  const auto most = std::ranges::max_element(reasons, {}, [](const auto& entry) { return entry.second.first; });
  if (most != reasons.end() && !most->first.empty()) {
    const domain::Receipt& example = most->second.second->receipt;
    counts.trouble = {most->first, example.domain, example.chain, most->second.first};
  }
  counts.proved_at = lane.proved_at;
  return counts;
}

std::vector<Served> Plan::served(std::size_t edge, base::Time ends_before) const {
  std::vector<Served> served;
  for (const auto& [domain, slot] : lanes_.at(edge).slots) {
    const auto wanted = wanted_.find(domain);
    if (wanted == wanted_.end() || !wanted->second.order) continue;
    const Order& order = *wanted->second.order;
    const auto add = [&](const domain::Receipt& receipt) {
      const bool ends = receipt.valid_until != base::Time{} && receipt.valid_until < ends_before;
      if (receipt.is_shown() && ends) served.push_back({order.account, order.project, whole(lanes_.at(edge), receipt)});
    };
    add(slot.receipt);
    if (slot.former) add(*slot.former);
  }
  return served;
}

std::vector<domain::Receipt> Plan::receipts(std::size_t edge, const std::string& domain) const {
  const Lane& lane = lanes_.at(edge);
  const auto found = lane.slots.find(domain);
  if (found == lane.slots.end()) return {};
  const Slot& slot = found->second;
  std::vector<domain::Receipt> all{whole(lane, slot.receipt)};
  if (slot.former) all.push_back(whole(lane, *slot.former));
  const bool is_lost = lane.unreachable.is_on() && lane.unreachable.is_shared;
  for (domain::Receipt& receipt : all) {
    if (is_lost && receipt.is_shown()) receipt.shown_until = lane.lost_at;
    note_unchanged(lane, slot, receipt);
  }
  if (is_lost && all.front().failure.empty()) all.front().failure = lane.unreachable.reason();
  return all;
}

void Plan::note_unchanged(const Lane& lane, const Slot& slot, domain::Receipt& receipt) {
  const bool is_watched = lane.is_watched && lane.is_server_known && lane.edge.is_provable;
  const bool stays = slot.phase == Phase::kWaiting || slot.phase == Phase::kHeld;
  // While a new order is to be carried out, the files may be those of one that was overtaken.
  const bool is_at_rest = !slot.is_urgent && !slot.is_settling && slot.step == Step::kCheck;
  const bool is_unchanged =
      is_watched && !slot.is_in_doubt && !slot.must_look && is_at_rest && (slot.phase == Phase::kGood || stays);
  if (!is_unchanged || !receipt.is_shown() || lane.watched_at <= receipt.last_seen) return;
  receipt.last_seen = lane.watched_at;
  receipt.seen_by = domain::Evidence::kUnchanged;
}

void Plan::note_unchanged(const Lane& lane, Slot& slot) {
  note_unchanged(lane, slot, slot.receipt);
  if (slot.former) note_unchanged(lane, slot, *slot.former);
}

std::optional<domain::EdgeSeen> Plan::seen(std::size_t edge) const {
  const Lane& lane = lanes_.at(edge);
  if (lane.unreachable.is_on()) return std::nullopt;
  std::optional<domain::EdgeSeen> all;
  for (const auto& [domain, slot] : lane.slots) {
    const auto add = [&](const domain::Receipt& shown) {
      if (!shown.is_shown() || !shown.last_seen) return;
      domain::Receipt receipt = shown;
      note_unchanged(lane, slot, receipt);
      if (!all) all = domain::EdgeSeen{lane.edge.name, lane.edge.epoch, *receipt.last_seen, receipt.seen_by};
      const bool is_latest = mutation_ == Mutation::kSeenForAll;
      all->at = is_latest ? std::max(all->at, *receipt.last_seen) : std::min(all->at, *receipt.last_seen);
      if (receipt.seen_by == domain::Evidence::kUnchanged) all->by = receipt.seen_by;
    };
    add(slot.receipt);
    if (slot.former) add(*slot.former);
    if (slot.overtaken) add(*slot.overtaken);
  }
  return all;
}

}  // namespace livecert::edge
