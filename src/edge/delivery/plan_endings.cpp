#include <algorithm>
#include <utility>

#include "edge/delivery/plan.h"

// The consequences of the way in which a task ended.
namespace livecert::edge {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstLook(10);  // after a change that was taken up but is not shown yet
constexpr milliseconds kSlowestLook(250);
constexpr milliseconds kFirstHang(1000);  // of one domain, while others are answered
constexpr milliseconds kLongestHang(60'000);
constexpr milliseconds kFirstRetry(1000);
constexpr milliseconds kLongestRetry(60'000);  // where nothing can be lost
constexpr milliseconds kLongestTurn(300'000);  // where neither version is shown
constexpr milliseconds kFirstSecondChance(30'000);
constexpr milliseconds kLastSecondChance(3'600'000);
constexpr auto kRecheckPause = std::chrono::seconds(10);

milliseconds doubled(milliseconds first, int times, milliseconds last) {
  milliseconds pause = first;
  for (int i = 0; i < times && pause < last; ++i) pause *= 2;
  return std::min(pause, last);
}

// From -100 to 100, the same for the same names (FNV-1a).
std::int64_t mix(const domain::Receipt& receipt, std::uint64_t salt) {
  std::uint64_t mixed = 14695981039346656037U;
  const auto add = [&](std::uint64_t value) { mixed = (mixed ^ value) * 1099511628211U; };
  for (const char c : receipt.edge + "\n" + receipt.domain) add(static_cast<unsigned char>(c));
  add(salt);
  return static_cast<std::int64_t>((mixed >> 32U) % 201U) - 100;
}

// Up to a tenth more or less, so that many domains are not tried at once.
milliseconds spread(milliseconds pause, const domain::Receipt& receipt, int tries) {
  return pause + pause * mix(receipt, static_cast<std::uint64_t>(tries)) / 1000;
}

// The pause before the ordered version that failed is tried again.
milliseconds next_chance(Slot& slot) {
  const milliseconds pause = doubled(kFirstSecondChance, slot.chances, kLastSecondChance);
  return spread(pause, slot.receipt, slot.chances++);
}

std::string end_text(const domain::Receipt& shown) {
  return "it ended at " + base::to_rfc3339(shown.valid_until) + ", and clients refuse it: upload a renewed certificate";
}

bool has_talked(End end) {
  return end == End::kProved || end == End::kWrongTls || end == End::kNotYet;
}

// Compares without the last look, which is not worth a write.
bool is_same(domain::Receipt a, const domain::Receipt& b) {
  a.last_seen = b.last_seen;
  a.seen_by = b.seen_by;
  return a == b;
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
  const bool was_begun = finished.end != End::kFailed && finished.end != End::kBroken && finished.end != End::kGone;
  if (task.first_receipt && task.step == Step::kDeliver && was_begun) {
    slot.is_row_kept = true;
    if (task.first_receipt->version == slot.receipt.version) slot.traced = task.first_receipt->phase;
  }
  if (task.step == Step::kWithdraw && finished.end == End::kProved) {
    slot.is_row_kept = false;
    slot.traced.reset();
    slot.former.reset();
  }
  if (finished.is_checked) {
    wanted_.at(task.domain).checked = task.order.version;
    note_sound(task.order.version);
  }
  note_outages(place, task, finished);
  if (task.generation != slot.generation) {
    queue(lane, task.domain, slot, slot.due, slot.is_routine);
    return news;
  }
  if (task.step == Step::kWithdraw) {
    end_withdrawal(place, finished);
    return news;
  }
  slot.must_look = false;
  if (has_talked(finished.end)) slot.is_in_doubt = false;
  const domain::Receipt before = slot.receipt;
  const Rare<domain::Receipt> former_before = slot.former;
  end_step(place, task, finished);
  if (slot.is_dirty || !is_same(before, slot.receipt)) keep(place, slot.receipt);
  const bool is_new_former = slot.former && (!former_before || !is_same(*former_before, *slot.former));
  if (is_new_former || (slot.is_dirty && slot.former)) keep(place, *slot.former);
  slot.is_dirty = false;
  return news;
}

void Plan::note_sound(base::CertId version) {
  constexpr std::size_t kMost = 1024;
  // The oldest version is the one that is needed least.
  if (sound_.insert(version).second && sound_.size() > kMost) sound_.erase(sound_.begin());
}

void Plan::note_tls(Lane& lane, const Task& task) {
  constexpr std::size_t kMost = 16;
  const bool is_known = std::ranges::find(lane.kept_tls, task.order.tls) != lane.kept_tls.end();
  if (!is_known && lane.kept_tls.size() < kMost) lane.kept_tls.push_back(task.order.tls);
}

void Plan::keep(const Place& place, const domain::Receipt& receipt) {
  place.news.receipts.push_back(whole(place.lane, receipt));
  place.slot.is_row_kept = true;
  std::optional<Phase>& traced = place.slot.traced;
  if (traced && receipt.version == place.slot.receipt.version) traced = receipt.phase;
}

void Plan::note_outages(const Place& place, const Task& task, const Finished& finished) {
  const bool writes = task.step == Step::kDeliver || task.step == Step::kWithdraw;
  const bool has_written = finished.acknowledged_at || (task.step == Step::kWithdraw && finished.end == End::kProved);
  const auto begin_outage = [&](Outage& outage) {
    const bool is_new = !outage.is_on();
    if (outage.begin(place.moment.steady, finished.reason)) {
      place.news.events.push_back({Event::Kind::kEdgeLost, place.edge, {}, {}, finished.reason});
    }
    if (is_new) follow_all(place.lane, place.moment.steady);
  };
  const auto end_outage = [&](Outage& outage) {
    if (!outage.end()) return false;
    place.news.events.push_back({Event::Kind::kEdgeBack, place.edge});
    follow_all(place.lane, place.moment.steady);
    return true;
  };
  // A file that cannot be removed concerns only its domain.
  if (finished.end == End::kUnwritable && task.step == Step::kDeliver) begin_outage(place.lane.unwritable);
  if (writes && has_written) static_cast<void>(end_outage(place.lane.unwritable));
  if (finished.end == End::kUnreachable) {
    const bool is_new = !place.lane.unreachable.is_on();
    begin_outage(place.lane.unreachable);
    if (is_new) {
      ++place.lane.losses;
      place.lane.lost_at = place.moment.now;
    }
    suspect_domain(place, is_new);
  }
  if (!has_talked(finished.end) || task.step == Step::kWithdraw) return;
  // It may have been restarted, with anything.
  if (end_outage(place.lane.unreachable)) sample(place.lane, place.moment.steady);
  if (place.lane.edge.is_provable) place.lane.proved_at = place.moment.now;
}

// Perhaps only this domain gets no answer, and not the whole edge: another domain that was served is asked next.
void Plan::suspect_domain(const Place& place, bool is_new) {
  Outage& outage = place.lane.unreachable;
  if (is_new) {
    outage.domain = place.domain;
    const auto other = std::ranges::find_if(place.lane.slots, [&](const auto& entry) {
      return entry.first != place.domain && entry.second.phase == Phase::kGood && !entry.second.is_taken;
    });
    outage.is_shared = other == place.lane.slots.end();
    if (!outage.is_shared) enter(place.lane, other->first, other->second, Step::kCheck, *outage.until());
  } else if (outage.domain != place.domain) {
    outage.is_shared = true;
  }
  place.slot.hangs = outage.is_shared ? 0 : place.slot.hangs + 1;
}

// A domain on which the edge hangs, while it answers others, must not take the edge's time away from them.
base::SteadyTime Plan::ask_again_at(const Place& place) const {
  const base::SteadyTime until = place.lane.unreachable.until().value_or(place.moment.steady);
  if (place.slot.hangs == 0) return until;
  return std::max(until, place.moment.steady + doubled(kFirstHang, place.slot.hangs - 1, kLongestHang));
}

void Plan::recheck_all(Lane& lane, base::SteadyTime now) {
  if (lane.rechecked_at && now - *lane.rechecked_at < kRecheckPause) {
    lane.must_sample = true;
    return;
  }
  lane.rechecked_at = now;
  for (auto& [domain, slot] : lane.slots) {
    if (slot.hangs >= 2) continue;
    const bool is_settling = slot.is_settling && slot.step == Step::kProve;
    if (slot.phase == Phase::kGood || is_settling) {
      queue(lane, domain, slot, now, slot.is_routine);
    } else if (shows_former(slot.phase)) {
      slot.check_at = now;
      queue(lane, domain, slot, now, slot.is_routine);
    }
  }
}

// Some domains at once, since what happened to one may have happened to all, and the others soon.
void Plan::sample(Lane& lane, base::SteadyTime now) {
  constexpr std::size_t kAtOnce = 200;
  constexpr milliseconds kOthersEvery(10);
  const std::size_t stride = std::max<std::size_t>(1, lane.slots.size() / kAtOnce);
  const auto offset = static_cast<std::size_t>(now.time_since_epoch() / milliseconds(1)) % stride;
  std::size_t place = 0;
  base::SteadyTime later = now;
  for (auto& [domain, slot] : lane.slots) {
    if (slot.hangs >= 2) continue;
    const bool is_first = place++ % stride == offset;
    if (!is_first) later += kOthersEvery;
    doubt(lane, domain, slot, is_first ? now : later);
  }
}

// What is shown now is not sure until the next look.
void Plan::doubt(Lane& lane, const std::string& domain, Slot& slot, base::SteadyTime look_at) {
  note_unchanged(lane, slot);
  slot.is_in_doubt = mutation_ != Mutation::kDoubtIsForgotten;
  if (slot.phase != Phase::kGood && !shows_former(slot.phase)) {
    // One that has time to show what was placed is looked at anyway.
    if (slot.is_settling && slot.step == Step::kProve && look_at < slot.due) {
      queue(lane, domain, slot, look_at, slot.is_routine);
    }
    return;
  }
  if (shows_former(slot.phase)) slot.check_at = std::min(slot.check_at, look_at);
  if (look_at < slot.due) queue(lane, domain, slot, look_at, slot.is_routine);
}

void Plan::note_sighting(std::size_t edge, const Sighting& sighting, base::Time now, base::SteadyTime steady_now) {
  Lane& lane = lanes_.at(edge);
  // What comes into doubt now was unchanged until the last sighting.
  for (const std::string& domain : sighting.touched) {
    const auto found = lane.slots.find(domain);
    if (found != lane.slots.end()) doubt(lane, domain, found->second, steady_now);
  }
  const bool is_pause_over = !lane.rechecked_at || steady_now - *lane.rechecked_at >= kRecheckPause;
  if (sighting.has_server_changed || (lane.must_sample && is_pause_over)) {
    lane.must_sample = false;
    if (sighting.has_server_changed) lane.kept_tls.clear();
    sample(lane, steady_now);
  }
  lane.is_watched = sighting.is_watched;
  lane.is_server_known = sighting.is_server_known;
  if (!lane.unreachable.is_on()) lane.watched_at = now;
}

void Plan::look_again(const std::string& domain, base::SteadyTime now) {
  for (Lane& lane : lanes_) {
    const auto found = lane.slots.find(domain);
    if (found == lane.slots.end() || found->second.phase == Phase::kWithdrawing) continue;
    Slot& slot = found->second;
    doubt(lane, domain, slot, now);
    // One that has failed alone waits for its next try, which may be minutes away.
    const bool waits_to_retry = slot.turn == Turn::kRetry && !slot.is_settling && now < slot.due;
    if (waits_to_retry) queue(lane, domain, slot, now, slot.is_routine);
  }
}

// Nothing may be left behind, so it is never given up.
void Plan::end_withdrawal(const Place& place, const Finished& finished) {
  Slot& slot = place.slot;
  if (finished.end == End::kProved) {
    place.news.events.push_back({Event::Kind::kWithdrawn, place.edge, place.domain});
    unqueue(place.lane, place.domain, slot);
    const std::string domain = place.domain;
    place.lane.slots.erase(domain);
    return forget_domain(domain);
  }
  if (slot.receipt.failure != finished.reason) {
    place.news.events.push_back(
        {Event::Kind::kFailed, place.edge, place.domain, {}, "it cannot be withdrawn: " + finished.reason});
  }
  slot.receipt.domain = place.domain;
  slot.receipt.failure = finished.reason;
  enter(place.lane, place.domain, slot, Step::kWithdraw,
        place.moment.steady + doubled(kFirstRetry, slot.tries++, kLongestRetry));
}

void Plan::end_step(const Place& place, const Task& task, const Finished& finished) {
  Slot& slot = place.slot;
  const bool is_ordered = task.order.version == slot.receipt.version;
  domain::Receipt& target = is_ordered || !slot.former ? slot.receipt : *slot.former;
  const bool was_good = is_good(place.lane.edge, target);
  if (finished.written_at) target.written_at = finished.written_at;
  if (finished.acknowledged_at) target.acknowledged_at = finished.acknowledged_at;
  // The version that was replaced does not count as shown until it is seen again.
  if (finished.written_at) see(place, std::nullopt);
  if (task.step == Step::kDeliver) {
    slot.is_settling = true;
    slot.settle_until.reset();
  }
  switch (finished.end) {
    case End::kProved:
    case End::kWrongTls:
      return is_ordered ? show_ordered(place, task, finished, was_good) : show_former(place);
    case End::kNotServed:
    case End::kNotYet:
      return end_look(place, task, finished);
    case End::kRefused:
      return fail_placement(place, finished.reason);
    case End::kUnfit:
      return is_ordered ? give_up(place, finished.reason) : fail_placement(place, finished.reason);
    case End::kBroken:
      return is_ordered ? end_broken(place, finished) : fail_placement(place, finished.reason);
    case End::kGone:
      return is_ordered ? give_up(place, finished.reason) : lose_former(place);
    case End::kUnwritable:
      slot.is_settling = false;
      fail(place, finished.reason);
      follow(place.domain, place.moment.steady);
      return queue(place.lane, place.domain, slot,
                   place.lane.unwritable.until().value_or(place.moment.steady + kFirstRetry), !slot.is_urgent);
    case End::kUnreachable:
      see(place, std::nullopt);
      if (slot.receipt.failure != finished.reason) fail(place, finished.reason);
      [[fallthrough]];
    case End::kUnasked:
      slot.settle_until.reset();
      follow(place.domain, place.moment.steady);
      slot.check_at = ask_again_at(place);
      // A domain that waits asks at once whether it may go: a write to a lost edge disturbs no client.
      if (slot.phase == Phase::kWaiting && !slot.is_settling && task.step != Step::kDeliver) {
        return enter(place.lane, place.domain, slot, task.step, place.moment.steady);
      }
      return enter(place.lane, place.domain, slot, task.step == Step::kDeliver ? Step::kProve : task.step,
                   slot.check_at);
    case End::kFailed:
    case End::kStopped: {
      slot.is_settling = slot.is_settling && task.step != Step::kDeliver;
      fail(place, finished.reason);
      const milliseconds pause = doubled(kFirstRetry, slot.tries++, kLongestRetry);
      slot.check_at = place.moment.steady + pause;
      return enter(place.lane, place.domain, slot, task.step, place.moment.steady + pause);
    }
  }
}

// Handles a look that does not show the target.
void Plan::end_look(const Place& place, const Task& task, const Finished& finished) {
  Slot& slot = place.slot;
  const base::CertId target = task.order.version;
  see(place, finished.shown);
  const auto shows = [&](const Rare<domain::Receipt>& receipt) {
    return receipt && finished.shown == receipt->version;
  };
  if (finished.shown == slot.receipt.version && target != slot.receipt.version) {
    show_ordered(place, task, {End::kProved}, is_good(place.lane.edge, slot.receipt));
    slot.check_at = place.moment.steady;
    return enter(place.lane, place.domain, slot, Step::kCheck, place.moment.steady);
  }
  if (finished.shown == target) {
    // The version is shown, but would not survive a restart.
    if (slot.phase == Phase::kGood) recheck_all(place.lane, place.moment.steady);
    return enter(place.lane, place.domain, slot, Step::kDeliver, base::SteadyTime{});
  }
  if (slot.is_settling) return settle(place, finished);
  const bool is_asked = slot.phase == Phase::kDelivering || slot.phase == Phase::kPuttingBack;
  if (is_asked) return enter(place.lane, place.domain, slot, Step::kDeliver, place.moment.steady);
  if (slot.phase == Phase::kWaiting && shows(slot.overtaken)) {
    if (slot.former) keep(place, *slot.former);
    slot.former = std::exchange(slot.overtaken, {});
    see(place, slot.former->version);
    return stay(place);
  }
  const bool is_former = shows(slot.former) && target != slot.former->version;
  // The former version came back by itself.
  if (is_former && slot.phase == Phase::kBad) return show_former(place);
  const Order& order = *wanted_.at(place.domain).order;
  if (is_former && options_.put_back && has_ended(order, place.moment.now) &&
      is_valid(*slot.former, place.moment.now)) {
    // A version that has ended never replaces a valid one.
    change_phase(place.lane, place.domain, slot, Phase::kWaiting, place.moment.steady);
    return stay(place);
  }
  if (slot.phase == Phase::kGood) {
    recheck_all(place.lane, place.moment.steady);
    // A version that was served and no longer is counts as wanted from now on.
    slot.receipt.wanted_at = place.moment.now;
    slot.receipt.written_at = slot.receipt.acknowledged_at = slot.receipt.proved_at = std::nullopt;
    slot.receipt.attempts = 0;
  }
  happen(place, is_former ? Happening::kShowsFormer : Happening::kShowsOther);
}

// Records which version is seen now; nullopt: no known one.
void Plan::see(const Place& place, const std::optional<base::CertId>& version) {
  Slot& slot = place.slot;
  const auto note = [&](domain::Receipt& receipt) {
    if (version == receipt.version) {
      if (!receipt.is_shown()) receipt.shown_since = place.moment.now;
      receipt.shown_until.reset();
      receipt.last_seen = place.moment.now;
      receipt.seen_by = place.lane.edge.is_provable ? domain::Evidence::kHandshake : domain::Evidence::kAcknowledged;
    } else if (receipt.is_shown() && mutation_ != Mutation::kUntilIsForgotten) {
      receipt.shown_until = place.moment.now;
    }
  };
  note(slot.receipt);
  if (slot.former) note(*slot.former);
  if (version == slot.receipt.version) return tell_end(place, slot.receipt);
  if (slot.former && version == slot.former->version) return tell_end(place, *slot.former);
  slot.ended = {};
}

// Reports once that clients refuse the shown version, whatever else fails.
void Plan::tell_end(const Place& place, const domain::Receipt& shown) {
  if (is_valid(shown, place.moment.now)) {
    place.slot.ended = {};
    return;
  }
  if (place.slot.ended == shown.version) return;
  place.slot.ended = shown.version;
  place.news.events.push_back({Event::Kind::kEnded, place.edge, place.domain, shown.version, end_text(shown)});
}

void Plan::show_ordered(const Place& place, const Task& task, const Finished& finished, bool was_good) {
  Slot& slot = place.slot;
  domain::Receipt& receipt = slot.receipt;
  // Without a proof, the edge may never have loaded the files that are there.
  if (task.step == Step::kCheck && !place.lane.edge.is_provable && !was_good) {
    return enter(place.lane, place.domain, slot, Step::kDeliver, base::SteadyTime{});
  }
  see(place, receipt.version);
  slot.is_settling = false;
  slot.settle_until.reset();
  slot.has_refused = false;
  slot.is_turn_of_former = false;
  slot.overtaken.reset();
  slot.hangs = 0;
  slot.is_urgent = false;
  wanted_.at(place.domain).broken = {};
  if (slot.phase != Phase::kGood) slot.tries = 0;
  slot.chances = 0;
  receipt.is_final = false;
  receipt.next_try.reset();
  if (finished.end == End::kWrongTls) {
    place.lane.kept_tls.clear();
    // The certificate has no fault, so it counts as shown.
    fail(place, finished.reason);
    change_phase(place.lane, place.domain, slot, Phase::kGood, place.moment.steady);
    return pause(place, Step::kCheck, doubled(kFirstRetry, slot.tries++, kLongestRetry));
  }
  if (!receipt.acknowledged_at) receipt.acknowledged_at = place.moment.now;
  if (!was_good) {
    if (place.lane.edge.is_provable) receipt.proved_at = place.moment.now;
    const auto took = place.moment.now - receipt.wanted_at;
    place.news.events.push_back({Event::Kind::kProved, place.edge, place.domain, receipt.version, "",
                                 std::chrono::duration_cast<std::chrono::microseconds>(took)});
  }
  // The receipts of an unchanged order must be kept again.
  slot.is_dirty = slot.is_dirty || !was_good;
  const bool has_ended = !is_valid(receipt, place.moment.now);
  if (has_ended && receipt.failure.empty()) receipt.failing_since = place.moment.now;
  if (!has_ended) receipt.failing_since.reset();
  receipt.failure = has_ended ? end_text(receipt) : "";
  slot.tries = 0;
  if (task.depth == ProofDepth::kTlsVersions) {
    slot.is_shown_whole = true;
    note_tls(place.lane, task);
  }
  change_phase(place.lane, place.domain, slot, Phase::kGood, place.moment.steady);
  enter(place.lane, place.domain, slot, Step::kCheck, check_after(place, receipt));
}

// The next routine check, or the moment after the version's end if that comes first.
base::SteadyTime Plan::check_after(const Place& place, const domain::Receipt& shown) const {
  const milliseconds pause = time_to_next_look(place.lane, shown, place.moment.steady);
  const base::SteadyTime routine = place.moment.steady + pause;
  const bool may_end = shown.valid_until != base::Time{} && shown.valid_until >= place.moment.now;
  if (!may_end || shown.valid_until - place.moment.now > pause) return routine;
  const auto left = std::chrono::duration_cast<base::SteadyTime::duration>(shown.valid_until - place.moment.now);
  return std::min(routine, place.moment.steady + left + milliseconds(1));
}

// Where the edge is watched, a look only finds what nobody can notice from outside: each domain has its turn. Up to a
// quarter more or less, so that those that were placed together come one by one.
milliseconds Plan::time_to_next_look(const Lane& lane, const domain::Receipt& receipt, base::SteadyTime now) const {
  const milliseconds turn = options_.look_pace * static_cast<std::int64_t>(lane.slots.size());
  if (!lane.is_watched || turn <= options_.proof_interval) return options_.proof_interval;
  return turn + turn * mix(receipt, static_cast<std::uint64_t>(now.time_since_epoch().count())) / 400;
}

// The former version is shown, which is what was placed or looked for.
void Plan::show_former(const Place& place) {
  Slot& slot = place.slot;
  see(place, slot.former->version);
  slot.is_settling = false;
  slot.settle_until.reset();
  slot.hangs = 0;
  const bool is_asked = slot.phase == Phase::kPuttingBack || slot.phase == Phase::kBad;
  if (!is_asked) return stay(place);
  const bool was_lost = slot.losses != place.lane.losses && mutation_ != Mutation::kLossIsForgotten;
  const milliseconds pause = next_chance(slot);
  slot.not_before = place.moment.steady + pause;
  slot.receipt.next_try = place.moment.now + pause;
  slot.tries = 0;
  // If the edge was lost in between, it is unknown why the ordered version was not shown.
  slot.has_refused = !was_lost;
  const Phase next = was_lost ? Phase::kWaiting : move_of(slot.phase, Happening::kShowsFormer).next;
  change_phase(place.lane, place.domain, slot, next, place.moment.steady);
  if (!was_lost) {
    place.news.events.push_back({Event::Kind::kPutBack, place.edge, place.domain, slot.former->version});
  }
  if (mutation_ == Mutation::kPutBackEverywhere) put_back_elsewhere(place);
  stay(place);
}

// The former version is shown and stays; may_leave() decides at once whether the ordered one may go.
void Plan::stay(const Place& place) {
  Slot& slot = place.slot;
  slot.is_urgent = false;
  slot.is_settling = false;
  const bool is_former_shown = slot.former && slot.former->is_shown();
  slot.check_at = is_former_shown ? check_after(place, *slot.former) : place.moment.steady + options_.proof_interval;
  enter(place.lane, place.domain, slot, Step::kCheck, place.moment.steady);
}

void Plan::settle(const Place& place, const Finished& finished) {
  Slot& slot = place.slot;
  if (!slot.settle_until) {
    slot.settle_until = place.moment.steady + place.lane.edge.settle;
    slot.look_pause = kFirstLook;
  } else if (place.moment.steady >= *slot.settle_until) {
    return fail_placement(place, finished.reason);
  }
  const base::SteadyTime next = std::min(place.moment.steady + slot.look_pause, *slot.settle_until);
  slot.look_pause = std::min(slot.look_pause * 2, kSlowestLook);
  enter(place.lane, place.domain, slot, Step::kProve, next);
}

void Plan::fail_placement(const Place& place, const std::string& reason) {
  Slot& slot = place.slot;
  slot.is_settling = false;
  slot.is_urgent = false;  // a change that failed no longer goes before others
  slot.settle_until.reset();
  fail(place, reason);
  const bool can_ask = can_put_back(slot, place.moment.now);
  happen(place, can_ask ? Happening::kFailed : Happening::kFailedFinally);
}

// Ends the attempts until another order.
void Plan::give_up(const Place& place, const std::string& reason) {
  place.slot.is_settling = false;
  place.slot.receipt.is_final = true;
  place.slot.receipt.next_try.reset();
  fail(place, reason);
  happen(place, Happening::kUnfit);
  follow(place.domain, place.moment.steady);
}

// The bundle itself does not work: nothing was touched, and the former version is still there.
void Plan::end_broken(const Place& place, const Finished& finished) {
  Slot& slot = place.slot;
  slot.is_settling = false;
  if (!finished.is_checked) wanted_.at(place.domain).broken = slot.receipt.version;
  fail(place, finished.reason);
  if (slot.phase != Phase::kDelivering) return happen(place, Happening::kFailed);
  const milliseconds time = next_chance(slot);
  slot.not_before = place.moment.steady + time;
  slot.receipt.next_try = place.moment.now + time;
  change_phase(place.lane, place.domain, slot, Phase::kWaiting, place.moment.steady);
  slot.check_at = place.moment.steady;
  enter(place.lane, place.domain, slot, Step::kCheck, place.moment.steady);
}

// The former version no longer exists, so nothing can be asked.
void Plan::lose_former(const Place& place) {
  Slot& slot = place.slot;
  slot.former.reset();
  slot.is_settling = false;
  slot.has_refused = false;
  slot.is_turn_of_former = false;
  change_phase(place.lane, place.domain, slot, Phase::kAlone, place.moment.steady);
  pause(place, Step::kCheck, milliseconds(0));
}

void Plan::happen(const Place& place, Happening happening) {
  Slot& slot = place.slot;
  const Move move = move_of(slot.phase, happening);
  const Phase phase = slot.phase;
  if (move.next == Phase::kPuttingBack) slot.has_refused = true;
  if (move.next == Phase::kBad || move.next == Phase::kAlone) slot.has_refused = false;
  if (move.next == Phase::kBad && phase != Phase::kBad) slot.is_turn_of_former = true;  // it was placed last
  if (mutation_ == Mutation::kDriftDelivers && phase == Phase::kGood && slot.former) {
    change_phase(place.lane, place.domain, slot, Phase::kDelivering, place.moment.steady);
    return act(place, Act::kPlaceOrdered);
  }
  if (mutation_ == Mutation::kVerdictWithoutLook && move.next == Phase::kPuttingBack) {
    change_phase(place.lane, place.domain, slot, Phase::kHeld, place.moment.steady);
    slot.not_before = place.moment.steady + kFirstSecondChance;
    return act(place, Act::kPlaceFormer);
  }
  change_phase(place.lane, place.domain, slot, move.next, place.moment.steady);
  act(place, move.act);
}

void Plan::act(const Place& place, Act act) {
  Slot& slot = place.slot;
  switch (act) {
    case Act::kNothing:
      return stay(place);
    case Act::kLook:
      return enter(place.lane, place.domain, slot, Step::kProve, place.moment.steady);
    case Act::kPlaceOrdered:
    case Act::kPlaceFormer:
      // Goes before all tasks that only look.
      return enter(place.lane, place.domain, slot, Step::kDeliver, base::SteadyTime{});
    case Act::kPlaceByTurns: {
      const bool may_be_former = can_put_back(slot, place.moment.now);
      const bool must_be_former = has_ended(*wanted_.at(place.domain).order, place.moment.now);
      slot.is_turn_of_former = may_be_former && (must_be_former || !slot.is_turn_of_former);
      if (!slot.is_turn_of_former) slot.losses = losses_now(place.lane);
      const milliseconds time = doubled(kFirstRetry, slot.tries, kLongestTurn);
      return pause(place, Step::kDeliver, spread(time, slot.receipt, slot.tries++));
    }
    case Act::kRetryLater:
      return pause(place, Step::kCheck, doubled(kFirstRetry, slot.tries++, kLongestRetry));
    case Act::kGiveUp:
      slot.check_at = place.moment.steady;
      return enter(place.lane, place.domain, slot, Step::kCheck, place.moment.steady);
  }
}

void Plan::pause(const Place& place, Step step, std::chrono::milliseconds time) {
  place.slot.receipt.next_try = place.moment.now + time;
  enter(place.lane, place.domain, place.slot, step, place.moment.steady + time);
}

void Plan::fail(const Place& place, const std::string& reason) {
  domain::Receipt& receipt = place.slot.receipt;
  if (receipt.failure != reason) {
    place.news.events.push_back(
        {Event::Kind::kFailed, place.edge, place.domain, target_of(place.slot).version, reason});
  }
  if (!receipt.failing_since) receipt.failing_since = place.moment.now;
  receipt.failure = reason;
  ++receipt.attempts;
}

// Only for the mutation.
void Plan::put_back_elsewhere(const Place& place) {
  for (Lane& lane : lanes_) {
    const auto found = lane.slots.find(place.domain);
    if (&lane == &place.lane || found == lane.slots.end()) continue;
    Slot& slot = found->second;
    if (slot.phase != Phase::kGood || !slot.former || slot.is_taken) continue;
    change_phase(lane, place.domain, slot, Phase::kPuttingBack, place.moment.steady);
    enter(lane, place.domain, slot, Step::kDeliver, place.moment.steady);
  }
}

}  // namespace livecert::edge
