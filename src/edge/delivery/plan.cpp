#include "edge/delivery/plan.h"

#include <algorithm>

namespace livecert::edge {
namespace {

constexpr auto kLookAgain = std::chrono::seconds(1);
constexpr auto kPatienceWithFirst = std::chrono::seconds(10);

}  // namespace

bool is_good(const Plan::Edge& edge, const domain::Receipt& receipt) {
  if (edge.is_provable) return receipt.proved_at.has_value();
  return receipt.acknowledged_at.has_value() && receipt.failure.empty();
}

Plan::Plan(std::vector<Edge> edges, PlanOptions options) : options_(options) {
  for (Edge& edge : edges) lanes_.emplace_back().edge = std::move(edge);
}

void Plan::remember(std::size_t edge, const std::vector<domain::Receipt>& receipts, base::SteadyTime now) {
  Lane& lane = lanes_.at(edge);
  for (const domain::Receipt& receipt : receipts) {
    lane.remembered[receipt.domain].push_back(receipt);
    Slot& slot = lane.slots[receipt.domain];
    slot.is_row_kept = true;
    enter(lane, receipt.domain, slot, Phase::kWithdraw, now);
  }
}

// What was proved before, the last first.
void Plan::recall(Lane& lane, const std::string& domain, Slot& slot) {
  const auto found = lane.remembered.find(domain);
  if (found == lane.remembered.end()) return;
  std::vector<domain::Receipt>& receipts = found->second;
  std::ranges::sort(receipts, std::ranges::greater(), [](const domain::Receipt& receipt) {
    return std::pair(receipt.proved_at, receipt.acknowledged_at);
  });
  for (const domain::Receipt& receipt : receipts) {
    if (is_good(lane.edge, receipt) && slot.proved.size() < kRemembered)
      slot.proved.push_back({receipt.chain, receipt.version});
    if (receipt.version == slot.target.version) slot.receipt = receipt;
  }
  lane.remembered.erase(found);
}

void Plan::begin(const std::vector<Order>& orders, base::Time now, base::SteadyTime steady_now) {
  const Moment moment{now, steady_now};
  for (const Order& order : orders) {
    wanted_[order.domain].order = order;
    retarget_everywhere(order.domain, Cause::kStart, moment);
  }
  for (Lane& lane : lanes_) lane.remembered.clear();
}

void Plan::set(const std::string& domain, const std::optional<Order>& order, base::Time now,
               base::SteadyTime steady_now) {
  Wanted& wanted = wanted_[domain];
  const bool is_changed = wanted.order != order;
  if (is_changed) {
    wanted.order = order;
    wanted.ordered_at = steady_now;
    wanted.shown.clear();
    if (wanted.rejection) retries_.erase({wanted.rejection->retry_at, domain});
    wanted.rejection.reset();
  }
  // An order that came to the same again is proved again: its receipts may have been taken back.
  if (is_changed || order) retarget_everywhere(domain, Cause::kOrder, {now, steady_now});
  forget_domain(domain);
}

bool Plan::wants(const Lane& lane, const Wanted& wanted) const {
  return wanted.order && lane.edge.selection.takes(*wanted.order);
}

bool Plan::is_rejected(const Wanted& wanted) const {
  return wanted.rejection && !wanted.rejection->is_retried;
}

Plan::Served Plan::ordered(const Wanted& wanted) {
  return {wanted.order->chain, wanted.order->version, wanted.order->not_after};
}

// nullopt: there is nothing it could serve.
std::optional<Plan::Served> Plan::target_of(const Slot& slot, const Wanted& wanted, base::Time now) const {
  const Served order = ordered(wanted);
  if (!is_rejected(wanted)) return order;
  const bool is_valid = order.not_after >= now;
  const auto former = std::ranges::find_if(slot.proved, [&](const Served& served) {
    const bool has_expired = served.not_after != base::Time{} && served.not_after < now;
    return served != order && !(has_expired && is_valid);
  });
  return former == slot.proved.end() ? std::nullopt : std::optional(*former);
}

std::size_t Plan::first_edge(const std::string& domain, const Wanted& wanted) const {
  if (wanted.rejection && wanted.rejection->is_retried) return wanted.rejection->edge;
  std::optional<std::size_t> any;
  std::optional<std::size_t> unproved;
  for (std::size_t edge = 0; edge < lanes_.size(); ++edge) {
    const Lane& lane = lanes_[edge];
    if (!wants(lane, wanted)) continue;
    const auto slot = lane.slots.find(domain);
    if (slot != lane.slots.end() && slot->second.is_unfit) continue;
    if (!any) any = edge;
    if (lane.unreachable.until || lane.unwritable.until) continue;
    if (lane.edge.is_provable) return edge;
    if (!unproved) unproved = edge;
  }
  return unproved.value_or(any.value_or(lanes_.size()));
}

bool Plan::may_deliver(std::size_t edge, const Slot& slot, const std::string& domain, base::SteadyTime now) const {
  if (!options_.put_back) return true;
  const Wanted& wanted = wanted_.at(domain);
  const bool is_put_back = slot.target.version != wanted.order->version;
  // What worked here once needs no other edge to try it out.
  const bool was_proved = std::ranges::find(slot.proved, slot.target) != slot.proved.end();
  const bool is_retried = wanted.rejection && wanted.rejection->is_retried;
  const bool waited_enough = !is_retried && now - wanted.ordered_at > kPatienceWithFirst;
  return is_put_back || was_proved || waited_enough || wanted.shown.contains(slot.target.version) ||
         first_edge(domain, wanted) == edge;
}

void Plan::retarget_everywhere(const std::string& domain, Cause cause, const Moment& moment) {
  for (std::size_t edge = 0; edge < lanes_.size(); ++edge) retarget(edge, domain, cause, moment);
}

void Plan::retarget(std::size_t edge, const std::string& domain, Cause cause, const Moment& moment) {
  Lane& lane = lanes_.at(edge);
  const Wanted& wanted = wanted_.at(domain);
  if (!wants(lane, wanted)) {
    release(edge, domain, moment.steady);
    return;
  }
  Slot& slot = lane.slots[domain];
  const auto target = target_of(slot, wanted, moment.now);
  ++slot.generation;
  if (!target) {
    enter(lane, domain, slot, Phase::kHeld, moment.steady);
    return;
  }
  const bool is_another_version = slot.target.version != target->version;
  slot.target = *target;
  slot.receipt = {lane.edge.name, domain, target->chain, target->version, moment.now};
  slot.is_unfit = false;
  slot.is_shown_whole = false;
  slot.settle_until.reset();
  slot.failures = 0;
  slot.hangs = 0;
  slot.is_news = cause != Cause::kStart;
  if (cause == Cause::kStart) recall(lane, domain, slot);
  const bool is_surely_missing = cause == Cause::kOrder && is_another_version;
  enter(lane, domain, slot, is_surely_missing ? Phase::kDeliver : Phase::kCheck, moment.steady);
}

// The edge is not to serve the domain any more.
void Plan::release(std::size_t edge, const std::string& domain, base::SteadyTime now) {
  Lane& lane = lanes_.at(edge);
  const auto found = lane.slots.find(domain);
  if (found == lane.slots.end()) return;
  Slot& slot = found->second;
  ++slot.generation;
  if (slot.is_row_kept || slot.is_taken) {
    enter(lane, domain, slot, Phase::kWithdraw, now);
    return;
  }
  unqueue(lane, domain, slot);
  lane.slots.erase(found);
}

void Plan::forget_domain(const std::string& domain) {
  const auto found = wanted_.find(domain);
  if (found == wanted_.end() || found->second.order) return;
  const bool is_somewhere = std::ranges::any_of(lanes_, [&](const Lane& lane) { return lane.slots.contains(domain); });
  if (!is_somewhere) wanted_.erase(found);
}

void Plan::enter(Lane& lane, const std::string& domain, Slot& slot, Phase phase, base::SteadyTime due) {
  slot.phase = phase;
  queue(lane, domain, slot, due, !slot.is_news && phase != Phase::kWithdraw);
}

void Plan::queue(Lane& lane, const std::string& domain, Slot& slot, base::SteadyTime due, bool is_routine) {
  unqueue(lane, domain, slot);
  slot.due = due;
  slot.is_routine = is_routine;
  if (slot.is_taken || slot.phase == Phase::kHeld) return;
  (is_routine ? lane.routine : lane.urgent).emplace(due, domain);
}

void Plan::unqueue(Lane& lane, const std::string& domain, const Slot& slot) {
  (slot.is_routine ? lane.routine : lane.urgent).erase({slot.due, domain});
}

std::optional<base::SteadyTime> Plan::postponed_until(const Lane& lane, const Slot& slot) const {
  const bool writes = slot.phase == Phase::kDeliver || slot.phase == Phase::kWithdraw;
  return writes ? lane.unwritable.until : lane.unreachable.until;
}

// Looking takes a few milliseconds for each, and nothing is lost by doing it two by two.
std::size_t Plan::routine_limit(const std::vector<Task>& tasks, std::size_t limit) {
  const bool repairs = !tasks.empty() && tasks.back().step == Step::kDeliver;
  return std::min<std::size_t>(limit, repairs ? 8 : 2);
}

std::vector<Task> Plan::take(std::size_t edge, std::size_t limit, base::SteadyTime now) {
  retry_rejected(now);
  Lane& lane = lanes_.at(edge);
  std::vector<Task> tasks;
  for (auto* const queue : {&lane.urgent, &lane.routine}) {
    const bool is_routine = queue == &lane.routine;
    while (tasks.size() < limit && !queue->empty() && queue->begin()->first <= now) {
      if (is_routine && tasks.size() >= routine_limit(tasks, limit)) break;
      const std::string domain = queue->begin()->second;
      auto task = try_take(edge, domain, now);
      if (!task) continue;
      tasks.push_back(*std::move(task));
      // One question is enough to find out whether a lost edge is back.
      if (lane.unreachable.until && tasks.back().step != Step::kDeliver) return tasks;
    }
  }
  return tasks;
}

std::optional<Task> Plan::try_take(std::size_t edge, const std::string& domain, base::SteadyTime now) {
  Lane& lane = lanes_.at(edge);
  Slot& slot = lane.slots.at(domain);
  if (slot.phase == Phase::kWaitForOthers) slot.phase = Phase::kDeliver;
  if (const auto until = postponed_until(lane, slot); until && *until > now) {
    queue(lane, domain, slot, *until, slot.is_routine);
    return std::nullopt;
  }
  if (slot.phase == Phase::kDeliver && !may_deliver(edge, slot, domain, now)) {
    enter(lane, domain, slot, Phase::kWaitForOthers, now + kLookAgain);
    return std::nullopt;
  }
  unqueue(lane, domain, slot);
  slot.is_taken = true;
  return make_task(edge, domain, slot);
}

Task Plan::make_task(std::size_t edge, const std::string& domain, const Slot& slot) const {
  Task task;
  task.edge = edge;
  task.domain = domain;
  task.generation = slot.generation;
  if (slot.phase == Phase::kWithdraw) {
    task.step = Step::kWithdraw;
    return task;
  }
  const Wanted& wanted = wanted_.at(domain);
  task.order = *wanted.order;
  task.order.chain = slot.target.chain;
  task.order.version = slot.target.version;
  if (slot.target.version != wanted.order->version) task.replaces = wanted.order->version;
  task.depth = slot.is_shown_whole ? ProofDepth::kChain : ProofDepth::kTlsVersions;
  task.step = slot.phase == Phase::kDeliver ? Step::kDeliver
              : slot.phase == Phase::kProve ? Step::kProve
                                            : Step::kCheck;
  task.is_edge_lost = lanes_.at(edge).unreachable.until.has_value();
  task.is_checked = wanted.checked == slot.target.version;
  if (!slot.is_row_kept) task.first_receipt = slot.receipt;
  if (!slot.proved.empty()) task.in_place = slot.proved.front().version;
  return task;
}

void Plan::retry_rejected(base::SteadyTime now) {
  while (!retries_.empty() && retries_.begin()->first <= now) {
    const std::string domain = retries_.begin()->second;
    retries_.erase(retries_.begin());
    Wanted& wanted = wanted_.at(domain);
    wanted.rejection->is_retried = true;
    // Only where it failed: the others go on with what they have until it is shown there.
    Lane& lane = lanes_.at(wanted.rejection->edge);
    Slot& slot = lane.slots.at(domain);
    ++slot.generation;
    slot.target = ordered(wanted);
    slot.receipt = wanted.rejection->receipt;
    slot.settle_until.reset();
    enter(lane, domain, slot, Phase::kDeliver, now);
  }
}

std::optional<base::SteadyTime> Plan::due(std::size_t edge) const {
  const Lane& lane = lanes_.at(edge);
  std::optional<base::SteadyTime> first;
  for (const auto* const queue : {&lane.urgent, &lane.routine, &retries_}) {
    if (!queue->empty() && (!first || queue->begin()->first < *first)) first = queue->begin()->first;
  }
  return first;
}

EdgeCounts Plan::counts(std::size_t edge) const {
  const Lane& lane = lanes_.at(edge);
  EdgeCounts counts;
  for (const auto& [domain, slot] : lane.slots) {
    if (slot.phase == Phase::kWithdraw) continue;
    ++counts.wanted;
    const bool is_as_ordered = slot.target.version == wanted_.at(domain).order->version;
    // Nobody sees what a lost edge serves.
    const bool is_lost = lane.unreachable.until && lane.unreachable.is_shared;
    if (slot.phase == Phase::kServed && is_as_ordered && !is_lost) ++counts.proved;
    if (!slot.receipt.failure.empty() || !is_as_ordered || is_lost) ++counts.failing;
  }
  counts.failure = lane.unwritable.until ? lane.unwritable.reason : lane.unreachable.reason;
  counts.proved_at = lane.proved_at;
  return counts;
}

}  // namespace livecert::edge
