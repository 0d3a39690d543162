#include <algorithm>

#include "edge/delivery/plan.h"

// The rules between edges, and between the domains of one edge (plan.h).
namespace livecert::edge {
namespace {

constexpr std::chrono::hours kSoon(24);  // a former version that ends within it is not worth waiting for

base::SteadyTime later(base::SteadyTime from, base::Time::duration time) {
  return from + std::chrono::duration_cast<base::SteadyTime::duration>(time);
}

}  // namespace

Plan::Leave Plan::may_leave(std::size_t edge, const std::string& domain, const Slot& slot, const Moment& moment) {
  const Wanted& wanted = wanted_.at(domain);
  if (!slot.former) return {.may_go = true};
  if (slot.receipt.is_final) return {};
  const bool is_former_valid = is_valid(*slot.former, moment.now);
  const base::Time former_end = slot.former->valid_until;
  if (has_ended(*wanted.order, moment.now) && is_former_valid) {
    Leave stays{.held = "it has ended, and version " + slot.former->version.to_string() + ", which is valid, is shown"};
    if (former_end != base::Time{})
      stays.again = later(moment.steady, former_end - moment.now + std::chrono::seconds(1));
    return stays;
  }
  if (is_former_valid && slot.not_before > moment.steady) return {.again = slot.not_before};
  if (!is_former_valid) return {.may_go = true};
  if (auto waits = wait_within_edge(lanes_.at(edge), domain, slot)) return *std::move(waits);
  if (slot.phase == Phase::kHeld) return {.may_go = true};
  // An edge where it failed, and whose pause is over, may try it again.
  if (wanted.broken == wanted.order->version && slot.chances == 0) {
    return {.held = "its certificate or key does not work"};
  }
  if (former_end != base::Time{} && former_end - moment.now < kSoon) return {.may_go = true};
  Leave leave = wait_between_edges(edge, domain, moment);
  if (former_end != base::Time{}) {
    const base::SteadyTime soon = later(moment.steady, former_end - moment.now - kSoon);
    leave.again = leave.again ? std::min(*leave.again, soon) : soon;
  }
  return leave;
}

// nullopt: no other domain is in the way.
std::optional<Plan::Leave> Plan::wait_within_edge(Lane& lane, const std::string& domain, const Slot& slot) {
  if (mutation_ == Mutation::kNoTrialWithinEdge) return std::nullopt;
  const auto found = lane.tried.find(slot.receipt.version);
  if (found == lane.tried.end() || found->second.good > 0) return std::nullopt;
  Tried& tried = found->second;
  const std::size_t refused = tried.refused - (slot.phase == Phase::kHeld ? 1 : 0);
  if (tried.trying > 0) {
    tried.waiters.insert(domain);
    return Leave{.is_for_edge = true};
  }
  // A domain that is stuck on its former version looks like a bad new version, so the next domain is asked too.
  constexpr std::size_t kEnough = 2;
  if (refused < kEnough || slot.phase == Phase::kHeld) return std::nullopt;
  tried.waiters.insert(domain);
  return Leave{.is_for_edge = true, .held = "it is held back: it failed here for two other domains"};
}

bool Plan::can_be_canary(const Lane& lane, const Slot& slot) const {
  if (lane.unreachable.is_on() || lane.unwritable.is_on() || slot.receipt.is_final) return false;
  if (mutation_ == Mutation::kAnyCanary && slot.phase == Phase::kAlone) return true;
  if (slot.phase != Phase::kWaiting) return false;
  const auto tried = lane.tried.find(slot.receipt.version);
  return tried == lane.tried.end() || tried->second.good > 0 || tried->second.refused == 0;
}

Plan::Leave Plan::wait_between_edges(std::size_t edge, const std::string& domain, const Moment& moment) const {
  const Wanted& wanted = wanted_.at(domain);
  std::size_t witnesses = 0;
  std::size_t refusals = 0;
  std::string refused_at;
  bool is_any_provable = false;
  bool is_shown = false;
  bool is_acknowledged = false;
  bool had_its_time = false;
  std::optional<base::SteadyTime> tried_until;
  std::optional<std::size_t> canary;
  std::optional<std::size_t> unproved_canary;
  std::optional<std::size_t> first;
  for (const std::size_t other : order_) {
    const Lane& lane = lanes_[other];
    const auto found = lane.slots.find(domain);
    if (found == lane.slots.end() || !wants(lane, wanted)) continue;
    const Slot& there = found->second;
    const bool may_stand = is_witness(there.phase) || mutation_ == Mutation::kAnyCanary;
    if (!may_stand) continue;
    ++witnesses;
    is_any_provable = is_any_provable || lane.edge.is_provable;
    if (there.has_refused) {
      ++refusals;
      refused_at = lane.edge.name + ": " + there.receipt.failure;
    }
    if (there.phase == Phase::kGood) (lane.edge.is_provable ? is_shown : is_acknowledged) = true;
    const bool is_trying = there.phase == Phase::kDelivering || there.phase == Phase::kPuttingBack;
    if (is_trying && !lane.unreachable.is_on() && !lane.unwritable.is_on()) {
      const base::SteadyTime until = there.gone_at + 2 * lane.edge.settle;
      had_its_time = had_its_time || until <= moment.steady;
      if (until > moment.steady) tried_until = std::max(tried_until.value_or(until), until);
    }
    if (there.phase == Phase::kWaiting && !first) first = other;
    if (!can_be_canary(lane, there)) continue;
    std::optional<std::size_t>& chosen = lane.edge.is_provable ? canary : unproved_canary;
    if (!chosen) chosen = other;
  }
  if (is_shown || (is_acknowledged && !is_any_provable)) return {.may_go = true};
  const std::size_t enough = mutation_ == Mutation::kHoldsForOne ? 1 : 2;
  if (refusals >= enough || (refusals > 0 && refusals == witnesses)) {
    return {.held = "it is held back: it failed at " + refused_at};
  }
  if (tried_until) return {.again = tried_until};
  if (!canary) canary = unproved_canary ? unproved_canary : first;
  if (canary == edge) return {.may_go = true};
  if (refusals > 0) return {.again = moment.steady + std::chrono::seconds(1)};
  const base::SteadyTime patience = wanted.ordered_at + 2 * lanes_.at(edge).edge.settle;
  if (had_its_time || patience <= moment.steady) return {.may_go = true};
  return {.again = patience};
}

}  // namespace livecert::edge
