#include "service/notice_desk.h"

#include <algorithm>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "base/thread_name.h"
#include "service/submit.h"

namespace livecert::service {
namespace {

using domain::ChannelState;
using domain::Told;
using notices::Notice;
using notices::Verdict;

constexpr std::chrono::seconds kBetweenLooks(60);
constexpr std::chrono::seconds kAfterChange(2);  // many changes come together
constexpr int kReadingShare = 19;                // for each part of reading, so many parts of something else
constexpr std::chrono::minutes kLongestAlertPause(3);
constexpr std::size_t kRowsAtOnce = 500;

// Rows that a mass of facts makes are written in pieces, so that no other write waits long.
template <typename Row>
std::vector<Row> take_some(std::vector<Row>& rows) {
  const auto count = static_cast<std::ptrdiff_t>(std::min(rows.size(), kRowsAtOnce));
  std::vector<Row> some(std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.begin() + count));
  rows.erase(rows.begin(), rows.begin() + count);
  return some;
}

bool is_same(const Told& told, const notices::Fact& fact) {
  return told.level == fact.level && told.ends_at == fact.ends_at;
}

}  // namespace

NoticeDesk::NoticeDesk(Services& services, outgoing::Sender sender, Warn warn)
    : services_(services), sender_(std::move(sender)), warn_(std::move(warn)) {}

void NoticeDesk::poke() {
  {
    const std::lock_guard lock(mutex_);
    is_poked_ = true;
  }
  wake_.notify_all();
}

bool NoticeDesk::wait(const std::stop_token& stop) {
  const auto least = std::max<std::chrono::nanoseconds>(kAfterChange, reading_time_ * kReadingShare);
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, stop, least, [] { return false; });
  if (least < kBetweenLooks) wake_.wait_for(lock, stop, kBetweenLooks - least, [this] { return is_poked_; });
  is_poked_ = false;
  return !stop.stop_requested();
}

void NoticeDesk::look(const std::stop_token& stop) {
  // Of several processes over one store, one tells.
  if (!services_.store.lease("notices", store::Reach::kAnywhere).is_ours) {
    const std::lock_guard lock(mutex_);
    for (auto& [channel, count] : counts_) count.is_failing = false;
    return;
  }
  const auto channels = services_.store.ask(&store::Snapshot::list_notify_channels);
  if (!channels) return warn_("notices: the channels cannot be read: " + channels.error().detail);
  std::set<std::string> names;
  for (const store::StoredNotifyChannel& stored : *channels) {
    note_state(stored);
    names.insert(stored.name);
  }
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(counts_, [&names](const auto& entry) { return !names.contains(entry.first); });
  }
  if (channels->empty()) return;
  const base::Time now = services_.clock.now();
  const base::SteadyTime begin = services_.clock.steady_now();
  auto sights = find_sights(services_, unbegun_, now);
  if (!sights) return warn_("notices: the domains cannot be read: " + sights.error().detail);
  const notices::Picture picture = notices::make_picture(*std::move(sights), now);
  reading_time_ = services_.clock.steady_now() - begin;
  // One receiver that is slow does not keep the others waiting.
  std::vector<std::jthread> threads;
  threads.reserve(channels->size());
  for (const store::StoredNotifyChannel& stored : *channels) {
    threads.emplace_back([this, &stored, &picture, &stop] {
      base::name_this_thread("notice");
      tell(stored, picture, stop);
    });
  }
}

void NoticeDesk::tell(const store::StoredNotifyChannel& stored, const notices::Picture& picture,
                      const std::stop_token& stop) {
  const auto open = open_channel(services_, stored);
  if (!open) return warn_("notices: " + open.error().message);
  const auto told = services_.store.ask(&store::Snapshot::list_told, stored.name);
  if (!told) return warn_("notices: what " + stored.name + " was told cannot be read: " + told.error().detail);
  if (open->channel.kind == notices::ChannelKind::kAlertmanager) {
    return tell_alertmanager(*open, stored, picture, *told);
  }
  const base::Time now = services_.clock.now();
  notices::Due due = notices::find_due(open->channel, picture, *told);
  ChannelState state = stored.state;
  if (!due.vanished.empty()) {
    if (const auto kept = keep(stored, state, {{}, std::move(due.vanished)}); !kept) return;
  }
  for (const auto& message :
       notices::plan_messages(open->channel, state, std::move(due.notices), pace_of(stored.name), now)) {
    if (stop.stop_requested()) return;
    const Verdict verdict = send(*open, notices::make_message(open->channel, open->secret, message, now));
    note_pace(stored.name, now, message.size() > pace_of(stored.name).room(now));
    state = notices::next_state(state, verdict, services_.clock.now());
    const bool is_delivered = verdict.kind == Verdict::Kind::kDelivered;
    const auto kept = keep(stored, state, is_delivered ? notices::record_of(message, now) : notices::Record());
    if (!is_delivered) warn_("notices: the channel " + stored.name + ": " + verdict.why);
    if (!is_delivered || !kept) return;
  }
}

// Its own pauses are short, and it must hear of everything that lasts again and again.
void NoticeDesk::tell_alertmanager(const OpenChannel& open, const store::StoredNotifyChannel& stored,
                                   const notices::Picture& picture, const std::vector<Told>& told) {
  const std::string& name = open.channel.name;
  ChannelState state = stored.state;
  const base::Time now = services_.clock.now();
  notices::Due due = notices::find_due(open.channel, picture, told);
  notices::Alerts alerts;
  for (const notices::Fact& fact : picture.facts) {
    if (open.channel.takes(fact.account)) alerts.firing.push_back(fact);
  }
  notices::Record record;
  record.ended = std::move(due.vanished);  // their alerts end by themselves, because they are not repeated
  for (Notice& notice : due.notices) {
    if (!notice.is_solved) continue;
    record.ended.push_back(notice.fact.name);
    alerts.over.push_back(std::move(notice));
  }
  const bool is_urgent =
      !alerts.over.empty() || std::ranges::any_of(due.notices, [](const Notice& notice) { return !notice.is_solved; });
  {
    const std::lock_guard lock(mutex_);
    base::Time& last = alerted_at_[name];
    const bool is_time = is_urgent || now < last || now - last >= notices::kRepeatAlerts - std::chrono::seconds(5);
    if (state.next_try && now < *state.next_try) return;
    if (!is_time || (alerts.firing.empty() && record.ended.empty())) return;
    last = now;
  }
  Verdict verdict{Verdict::Kind::kDelivered};
  if (!alerts.firing.empty() || !alerts.over.empty()) {
    for (const outgoing::Call& call : notices::make_alerts(open.channel, open.secret, alerts, now)) {
      verdict = send(open, call);
      if (verdict.kind != Verdict::Kind::kDelivered) break;
    }
  }
  state = notices::next_state(state, verdict, now);
  if (verdict.kind != Verdict::Kind::kDelivered) {
    // It forgets what it does not hear of, so that it is never left alone for long.
    state.next_try = std::min(*state.next_try, now + kLongestAlertPause);
    warn_("notices: the channel " + name + ": " + verdict.why);
    static_cast<void>(keep(stored, state, {}));
    return;
  }
  std::map<domain::FactName, const Told*> known;
  for (const Told& row : told) known[row.fact] = &row;
  for (const notices::Fact& fact : alerts.firing) {
    const auto found = known.find(fact.name);
    if (found == known.end() || !is_same(*found->second, fact)) {
      record.told.push_back({fact.name, fact.level, fact.ends_at, now});
    }
  }
  static_cast<void>(keep(stored, state, std::move(record)));
}

Verdict NoticeDesk::send(const OpenChannel& open, const notices::Sending& sending) {
  const auto answer = std::holds_alternative<outgoing::Mail>(sending) ? sender_.mail(std::get<outgoing::Mail>(sending))
                                                                      : sender_.call(std::get<outgoing::Call>(sending));
  Verdict verdict = notices::judge(open.channel, open.secret, answer);
  const std::lock_guard lock(mutex_);
  Count& count = counts_[open.channel.name];
  count.channel = open.channel.name;
  count.kind = open.channel.kind;
  count.is_failing = verdict.kind != Verdict::Kind::kDelivered;
  ++(count.is_failing ? count.failed : count.sent);
  return verdict;
}

base::Result<void> NoticeDesk::keep(const store::StoredNotifyChannel& stored, const ChannelState& state,
                                    notices::Record record) {
  do {
    store::KeepTold command{stored.name, stored.secret, state, take_some(record.told), take_some(record.ended)};
    auto kept = submit(services_, own_context(services_, "KeepTold"), std::move(command));
    if (!kept) {
      warn_("notices: it could not be stored what " + stored.name +
            " was told, so that it may be told again: " + kept.error().detail);
      return kept;
    }
  } while (!record.told.empty() || !record.ended.empty());
  return {};
}

void NoticeDesk::note_state(const store::StoredNotifyChannel& stored) {
  const auto channel = notices::parse_channel(stored.name, stored.definition);
  const std::lock_guard lock(mutex_);
  Count& count = counts_[stored.name];
  count.channel = stored.name;
  if (channel) count.kind = channel->kind;
  count.is_failing = !channel || stored.state.failing_since.has_value();
}

notices::Pace NoticeDesk::pace_of(const std::string& channel) const {
  const std::lock_guard lock(mutex_);
  const auto found = paces_.find(channel);
  return found == paces_.end() ? notices::Pace() : found->second;
}

void NoticeDesk::note_pace(const std::string& channel, base::Time at, bool is_digest) {
  const std::lock_guard lock(mutex_);
  paces_[channel].note(at, is_digest);
}

std::vector<NoticeDesk::Count> NoticeDesk::counts() const {
  const std::lock_guard lock(mutex_);
  std::vector<Count> all;
  all.reserve(counts_.size());
  for (const auto& [name, count] : counts_) all.push_back(count);
  return all;
}

void NoticeDesk::report(Readiness& readiness) const {
  std::string failing;
  for (const Count& count : counts()) {
    if (count.is_failing) failing += (failing.empty() ? "" : ", ") + count.channel;
  }
  if (failing.empty()) return readiness.end(reason::kNoticesFailing);
  readiness.begin({std::string(reason::kNoticesFailing), Reason::Kind::kDegraded,
                   "At least one channel for notices takes no messages.",
                   "Ask `livecert notify list`, which names the channel and the reason."},
                  failing);
}

}  // namespace livecert::service
