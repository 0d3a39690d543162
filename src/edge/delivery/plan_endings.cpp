#include <algorithm>

#include "edge/delivery/plan.h"

// What follows from the way a task ended.
namespace livecert::edge {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstLook(10);  // after a change that was taken up but is not shown yet
constexpr milliseconds kSlowestLook(250);
constexpr milliseconds kFirstOutage(100);
constexpr milliseconds kLongestOutage(2000);
constexpr milliseconds kFirstHang(1000);  // of one domain, while others are answered
constexpr milliseconds kLongestHang(60'000);
constexpr milliseconds kFirstRetry(1000);
constexpr milliseconds kLongestRetry(60'000);
constexpr milliseconds kFirstSecondChance(30'000);
constexpr milliseconds kLastSecondChance(3'600'000);
constexpr auto kRecheckPause = std::chrono::seconds(10);

milliseconds doubled(milliseconds first, int times, milliseconds last) {
  milliseconds pause = first;
  for (int i = 0; i < times && pause < last; ++i) pause *= 2;
  return std::min(pause, last);
}

bool has_talked(End end) {
  return end == End::kProved || end == End::kWrongTls || end == End::kNotYet;
}

}  // namespace

News Plan::finish(const Task& task, const Finished& finished, base::Time now, base::SteadyTime steady_now) {
  News news;
  Lane& lane = lanes_.at(task.edge);
  const auto found = lane.slots.find(task.domain);
  if (found == lane.slots.end()) return news;
  Slot& slot = found->second;
  const Moment moment{now, steady_now};
  const Place place{task.edge, lane, task.domain, slot, moment, news};
  slot.is_taken = false;
  if (task.first_receipt && task.step == Step::kDeliver && finished.end != End::kFailed) slot.is_row_kept = true;
  if (task.step == Step::kWithdraw && finished.end == End::kProved) {
    slot.is_row_kept = false;
    slot.proved.clear();
  }
  if (finished.is_checked) wanted_.at(task.domain).checked = task.order.version;
  note_outages(place, task, finished);
  if (task.generation != slot.generation) {
    queue(lane, task.domain, slot, slot.due, slot.is_routine);
    return news;
  }
  end_step(place, task, finished);
  return news;
}

void Plan::note_outages(const Place& place, const Task& task, const Finished& finished) {
  const bool writes = task.step == Step::kDeliver || task.step == Step::kWithdraw;
  const bool has_written = finished.acknowledged_at || (task.step == Step::kWithdraw && finished.end == End::kProved);
  // A name that cannot be removed is that domain's trouble.
  if (finished.end == End::kUnwritable && task.step == Step::kDeliver)
    lose(place, place.lane.unwritable, finished.reason);
  if (writes && has_written) static_cast<void>(regain(place, place.lane.unwritable));
  if (finished.end == End::kUnreachable) {
    const bool is_new = !place.lane.unreachable.until;
    lose(place, place.lane.unreachable, finished.reason);
    suspect(place, is_new);
  }
  if (!has_talked(finished.end) || task.step == Step::kWithdraw) return;
  // It may have been restarted, with anything.
  if (regain(place, place.lane.unreachable)) recheck_all(place.lane, place.moment.steady);
  if (place.lane.edge.is_provable) place.lane.proved_at = place.moment.now;
}

void Plan::lose(const Place& place, Lane::Outage& outage, const std::string& reason) {
  const bool is_new = !outage.until;
  outage.pause = is_new ? kFirstOutage : std::min(outage.pause * 2, kLongestOutage);
  outage.until = place.moment.steady + outage.pause;
  if (is_new || outage.reason != reason) {
    place.news.events.push_back({Event::Kind::kEdgeLost, place.edge, {}, {}, reason});
  }
  outage.reason = reason;
}

bool Plan::regain(const Place& place, Lane::Outage& outage) {
  if (!outage.until) return false;
  outage = {};
  place.news.events.push_back({Event::Kind::kEdgeBack, place.edge});
  return true;
}

// It may be this one domain that gets no answer, and not the edge: another one that was served is asked next.
void Plan::suspect(const Place& place, bool is_new) {
  Lane::Outage& outage = place.lane.unreachable;
  if (is_new) {
    outage.domain = place.domain;
    const auto witness = std::ranges::find_if(place.lane.slots, [&](const auto& entry) {
      return entry.first != place.domain && entry.second.phase == Phase::kServed && !entry.second.is_taken;
    });
    outage.is_shared = witness == place.lane.slots.end();
    if (!outage.is_shared) enter(place.lane, witness->first, witness->second, Phase::kCheck, *outage.until);
  } else if (outage.domain != place.domain) {
    outage.is_shared = true;
  }
  place.slot.hangs = outage.is_shared ? 0 : place.slot.hangs + 1;
}

// One domain that the edge hangs over, while it answers others, must not take the edge's time away from them.
base::SteadyTime Plan::ask_again_at(const Place& place) const {
  const base::SteadyTime until = *place.lane.unreachable.until;
  if (place.slot.hangs == 0) return until;
  return std::max(until, place.moment.steady + doubled(kFirstHang, place.slot.hangs - 1, kLongestHang));
}

void Plan::recheck_all(Lane& lane, base::SteadyTime now) {
  if (lane.rechecked_at && now - *lane.rechecked_at < kRecheckPause) return;
  lane.rechecked_at = now;
  for (auto& [domain, slot] : lane.slots) {
    const bool is_to_be_seen = slot.phase == Phase::kServed || slot.phase == Phase::kProve;
    if (is_to_be_seen && slot.hangs < 2) enter(lane, domain, slot, Phase::kCheck, now);
  }
}

// Nothing may be left behind, so it is never given up.
void Plan::retry_withdrawal(const Place& place, const std::string& reason) {
  if (place.slot.receipt.failure != reason) {
    place.news.events.push_back(
        {Event::Kind::kFailed, place.edge, place.domain, {}, "it cannot be withdrawn: " + reason});
  }
  place.slot.receipt.failure = reason;
  const milliseconds pause = doubled(kFirstRetry, place.slot.failures++, kLongestRetry);
  enter(place.lane, place.domain, place.slot, Phase::kWithdraw, place.moment.steady + pause);
}

void Plan::end_step(const Place& place, const Task& task, const Finished& finished) {
  if (task.step == Step::kWithdraw && finished.end != End::kProved) return retry_withdrawal(place, finished.reason);
  if (finished.written_at) place.slot.receipt.written_at = finished.written_at;
  if (finished.acknowledged_at) place.slot.receipt.acknowledged_at = finished.acknowledged_at;
  switch (finished.end) {
    case End::kProved:
      return succeed(place, task);
    case End::kWrongTls:
      return show_wrong_tls(place, finished.reason);
    case End::kNotServed:
      if (place.slot.phase == Phase::kServed) recheck_all(place.lane, place.moment.steady);
      // What was served and is not any more is wanted from now on.
      if (is_good(place.lane.edge, place.slot.receipt)) begin_receipt(place);
      // Before everything that is only looked at.
      return enter(place.lane, place.domain, place.slot, Phase::kDeliver, base::SteadyTime{});
    case End::kNotYet:
      return settle(place, finished.reason);
    case End::kRefused:
    case End::kBroken:
      return reject(place, finished.reason);
    case End::kUnfit:
      place.slot.is_unfit = true;
      follow(place.domain, place.moment.steady);
      return hold(place, finished.reason);
    case End::kGone:
      return hold(place, finished.reason);
    case End::kUnwritable:
      fail(place, finished.reason);
      follow(place.domain, place.moment.steady);
      return queue(place.lane, place.domain, place.slot,
                   place.lane.unwritable.until.value_or(place.moment.steady + kFirstRetry), !place.slot.is_news);
    case End::kUnreachable: {
      if (place.slot.receipt.failure != finished.reason) fail(place, finished.reason);
      follow(place.domain, place.moment.steady);
      const bool was_delivered = place.slot.phase == Phase::kDeliver;
      return enter(place.lane, place.domain, place.slot, was_delivered ? Phase::kProve : place.slot.phase,
                   ask_again_at(place));
    }
    case End::kUnasked:
      follow(place.domain, place.moment.steady);
      return enter(place.lane, place.domain, place.slot, Phase::kProve,
                   place.lane.unreachable.until.value_or(place.moment.steady));
    case End::kFailed:
    case End::kStopped:
      return retry_alone(place, finished.reason);
  }
}

void Plan::succeed(const Place& place, const Task& task) {
  Slot& slot = place.slot;
  if (task.step == Step::kWithdraw) {
    place.news.events.push_back({Event::Kind::kWithdrawn, place.edge, place.domain});
    unqueue(place.lane, place.domain, slot);
    const std::string domain = place.domain;
    place.lane.slots.erase(domain);
    forget_domain(domain);
    return;
  }
  // Where nothing can be proved, what lies there may never have been taken up.
  if (task.step == Step::kCheck && !place.lane.edge.is_provable && !is_good(place.lane.edge, slot.receipt)) {
    return enter(place.lane, place.domain, slot, Phase::kDeliver, base::SteadyTime{});
  }
  const bool is_put_back = slot.target.version != wanted_.at(place.domain).order->version;
  const bool is_news = task.step != Step::kCheck || !is_good(place.lane.edge, slot.receipt);
  if (is_news && place.lane.edge.is_provable) slot.receipt.proved_at = place.moment.now;
  if (!slot.receipt.acknowledged_at) slot.receipt.acknowledged_at = place.moment.now;
  if (is_news || !slot.receipt.failure.empty()) {
    slot.receipt.failure.clear();
    place.news.receipts.push_back(slot.receipt);
    slot.is_row_kept = true;
  }
  if (is_news) {
    const auto took = place.moment.now - slot.receipt.wanted_at;
    place.news.events.push_back({is_put_back ? Event::Kind::kPutBack : Event::Kind::kProved, place.edge, place.domain,
                                 slot.target.version, "", std::chrono::duration_cast<std::chrono::microseconds>(took)});
  }
  slot.failures = 0;
  slot.hangs = 0;
  slot.is_news = false;
  slot.settle_until.reset();
  slot.is_shown_whole = true;
  enter(place.lane, place.domain, slot, Phase::kServed, place.moment.steady + options_.proof_interval);
  accept_version(place);
}

// The edge shows the target: it can be put back here, and if it is what was ordered, the others may have it.
void Plan::accept_version(const Place& place) {
  Slot& slot = place.slot;
  std::erase(slot.proved, slot.target);
  slot.proved.insert(slot.proved.begin(), slot.target);
  if (slot.proved.size() > kRemembered) slot.proved.pop_back();
  Wanted& wanted = wanted_.at(place.domain);
  if (slot.target.version != wanted.order->version) return;
  wanted.shown.insert(slot.target.version);
  if (wanted.rejection) {
    retries_.erase({wanted.rejection->retry_at, place.domain});
    wanted.rejection.reset();
    for (std::size_t edge = 0; edge < lanes_.size(); ++edge) {
      if (edge != place.edge) retarget(edge, place.domain, Cause::kOrder, place.moment);
    }
  }
  follow(place.domain, place.moment.steady);
}

void Plan::begin_receipt(const Place& place) {
  const domain::Receipt& former = place.slot.receipt;
  place.slot.receipt = {former.edge, former.domain, former.chain, former.version, place.moment.now};
}

// Those who waited for another edge look again.
void Plan::follow(const std::string& domain, base::SteadyTime now) {
  for (Lane& lane : lanes_) {
    const auto found = lane.slots.find(domain);
    if (found == lane.slots.end() || found->second.phase != Phase::kWaitForOthers) continue;
    enter(lane, domain, found->second, Phase::kDeliver, now);
  }
}

// No fault of the certificate: the others may have it.
void Plan::show_wrong_tls(const Place& place, const std::string& reason) {
  retry_alone(place, reason);
  accept_version(place);
}

void Plan::settle(const Place& place, const std::string& reason) {
  Slot& slot = place.slot;
  if (!slot.settle_until) {
    slot.settle_until = place.moment.steady + place.lane.edge.settle;
    slot.pause = kFirstLook;
  } else if (place.moment.steady >= *slot.settle_until) {
    slot.settle_until.reset();
    return reject(place, reason);
  }
  const base::SteadyTime next = std::min(place.moment.steady + slot.pause, *slot.settle_until);
  slot.pause = std::min(slot.pause * 2, kSlowestLook);
  enter(place.lane, place.domain, slot, Phase::kProve, next);
}

void Plan::reject(const Place& place, const std::string& reason) {
  Wanted& wanted = wanted_.at(place.domain);
  const bool was_proved_here = std::ranges::find(place.slot.proved, place.slot.target) != place.slot.proved.end();
  const bool is_put_back = place.slot.target.version != wanted.order->version;
  // What worked here once, and what is put back, is not to blame.
  if (!options_.put_back || was_proved_here || is_put_back) return retry_alone(place, reason);
  fail(place, reason);
  const int times = wanted.rejection ? wanted.rejection->times + 1 : 0;
  const base::SteadyTime retry_at = place.moment.steady + doubled(kFirstSecondChance, times, kLastSecondChance);
  wanted.rejection = Rejection{place.edge, retry_at, false, times, place.slot.receipt};
  wanted.shown.erase(wanted.order->version);
  retries_.emplace(retry_at, place.domain);
  retarget_everywhere(place.domain, Cause::kPutBack, place.moment);
}

void Plan::retry_alone(const Place& place, const std::string& reason) {
  fail(place, reason);
  const milliseconds pause = doubled(kFirstRetry, place.slot.failures++, kLongestRetry);
  enter(place.lane, place.domain, place.slot, Phase::kCheck, place.moment.steady + pause);
}

void Plan::hold(const Place& place, const std::string& reason) {
  fail(place, reason);
  enter(place.lane, place.domain, place.slot, Phase::kHeld, place.moment.steady);
}

void Plan::fail(const Place& place, const std::string& reason) {
  domain::Receipt& receipt = place.slot.receipt;
  if (receipt.failure != reason) {
    place.news.events.push_back({Event::Kind::kFailed, place.edge, place.domain, place.slot.target.version, reason});
  }
  receipt.failure = reason;
  ++receipt.attempts;
  place.slot.is_row_kept = true;
  place.news.receipts.push_back(receipt);
}

}  // namespace livecert::edge
