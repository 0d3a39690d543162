#include "notices/plan.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace livecert::notices {
namespace {

using domain::FactKind;
using domain::FactName;
using domain::Told;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr minutes kMinute(1);
constexpr seconds kFirstPause(30);
constexpr seconds kLongestPause(3600);
constexpr seconds kLongestWish(6 * 3600);
constexpr std::int64_t kDoublings = 7;  // from half a minute to over an hour

bool is_due(const Fact& fact, const Told* told) {
  if (told == nullptr) return true;
  if (fact.name.kind == FactKind::kNotShown) return false;
  return fact.level > told->level || fact.ends_at > told->ends_at;
}

const AtEdge* find_edge(const Sight& sight, const std::string& edge) {
  const auto found = std::ranges::find(sight.edges, edge, &AtEdge::edge);
  return found == sight.edges.end() ? nullptr : &*found;
}

enum class Ended : std::uint8_t { kNotYet, kSolved, kVanished };

// Of a fact that was told and does not hold now.
Ended judge_end(const Channel& channel, const Sight* sight, const FactName& name) {
  if (sight == nullptr || !channel.takes(sight->account)) return Ended::kVanished;
  if (name.kind == FactKind::kEnding) return sight->is_seen() ? Ended::kSolved : Ended::kNotYet;
  const AtEdge* const edge = find_edge(*sight, name.edge);
  if (edge == nullptr) return Ended::kVanished;
  return edge->is_as_ordered ? Ended::kSolved : Ended::kNotYet;
}

Notice solved(const Told& told, const Sight& sight) {
  Notice notice;
  notice.is_solved = true;
  notice.fact = {told.fact, sight.account, sight.project, told.level, sight.bound.ends_at, told.told_at, {}};
  for (const AtEdge& edge : sight.edges) {
    if (!edge.shows) continue;
    notice.fact.ends_at = std::min(notice.fact.ends_at, edge.shows->ends_at);
    if (told.fact.kind == FactKind::kEnding) notice.fact.edges.push_back(edge.edge);
  }
  return notice;
}

// What holds before what is solved, what has ended before what will end, and the sooner before the later.
bool is_more_pressing(const Notice& a, const Notice& b) {
  if (a.is_solved != b.is_solved) return b.is_solved;
  if (a.fact.name.kind != b.fact.name.kind) return a.fact.name.kind < b.fact.name.kind;
  if (a.fact.level != b.fact.level) return a.fact.level > b.fact.level;
  if (a.fact.ends_at != b.fact.ends_at) return a.fact.ends_at < b.fact.ends_at;
  return a.fact.name < b.fact.name;
}

bool is_busy_minute(base::Time now) {
  const auto minute = std::chrono::floor<minutes>(now.time_since_epoch()).count();
  return minute % 30 == 0 || minute % 30 == 29;
}

bool can_wait(const Notice& notice, base::Time until) {
  return notice.is_solved || notice.fact.name.kind != FactKind::kEnding || notice.fact.ends_at > until;
}

}  // namespace

Picture make_picture(Sights sights, base::Time now) {
  Picture picture;
  for (const auto& [domain, sight] : sights) {
    for (Fact& fact : find_facts(sight, now)) picture.facts.push_back(std::move(fact));
  }
  picture.sights = std::move(sights);
  return picture;
}

Due find_due(const Channel& channel, const Picture& picture, const std::vector<Told>& told) {
  std::map<FactName, const Told*> told_by_name;
  for (const Told& row : told) told_by_name[row.fact] = &row;
  Due due;
  for (const Fact& fact : picture.facts) {
    if (!channel.takes(fact.account)) continue;
    const auto known = told_by_name.find(fact.name);
    if (is_due(fact, known == told_by_name.end() ? nullptr : known->second)) due.notices.push_back({fact});
    if (known != told_by_name.end()) told_by_name.erase(known);
  }
  for (const auto& [name, row] : told_by_name) {
    const auto found = picture.sights.find(name.domain);
    const Sight* const sight = found == picture.sights.end() ? nullptr : &found->second;
    switch (judge_end(channel, sight, name)) {
      case Ended::kNotYet:
        break;
      case Ended::kSolved:
        due.notices.push_back(solved(*row, *sight));
        break;
      case Ended::kVanished:
        due.vanished.push_back(name);
        break;
    }
  }
  std::ranges::sort(due.notices, is_more_pressing);
  return due;
}

void Pace::note(base::Time at, bool is_digest) {
  if (is_digest) {
    digest_ = at;
    return;
  }
  std::erase_if(single_, [at](base::Time earlier) { return at - earlier >= kMinute || earlier > at; });
  single_.push_back(at);
}

std::size_t Pace::room(base::Time now) const {
  if (!may_send_digest(now)) return 0;
  const auto recent =
      std::ranges::count_if(single_, [now](base::Time earlier) { return earlier <= now && now - earlier < kMinute; });
  return kMostSingle - std::min(kMostSingle, static_cast<std::size_t>(recent));
}

// A clock that was set back must not silence a channel.
bool Pace::may_send_digest(base::Time now) const {
  return digest_ > now || now - digest_ >= kMinute;
}

std::vector<std::vector<Notice>> plan_messages(const Channel& channel, const domain::ChannelState& state,
                                               std::vector<Notice> due, const Pace& pace, base::Time now) {
  if (state.next_try && now < *state.next_try) return {};
  if (is_busy_minute(now)) return {};
  if (const auto end = channel.quiet ? channel.quiet->end_of(now) : std::nullopt) {
    std::erase_if(due, [end](const Notice& notice) { return can_wait(notice, *end); });
  }
  std::vector<std::vector<Notice>> messages;
  if (due.empty()) return messages;
  if (due.size() > pace.room(now)) {
    if (pace.may_send_digest(now)) messages.push_back(std::move(due));
    return messages;
  }
  for (Notice& notice : due) messages.push_back({std::move(notice)});
  return messages;
}

domain::ChannelState next_state(domain::ChannelState state, const Verdict& verdict, base::Time now) {
  if (verdict.kind == Verdict::Kind::kDelivered) {
    domain::ChannelState good;
    good.delivered_at = now;
    return good;
  }
  ++state.failures;
  state.failure = verdict.why;
  if (!state.failing_since) state.failing_since = now;
  seconds pause = kLongestPause;
  if (verdict.kind == Verdict::Kind::kLater && state.failures <= kDoublings) {
    pause = std::min(kLongestPause, kFirstPause * (1 << (state.failures - 1)));
  }
  state.next_try = now + std::max(pause, std::min(verdict.pause, kLongestWish));
  return state;
}

Record record_of(const std::vector<Notice>& notices, base::Time now) {
  Record record;
  for (const Notice& notice : notices) {
    if (notice.is_solved) {
      record.ended.push_back(notice.fact.name);
    } else {
      record.told.push_back({notice.fact.name, notice.fact.level, notice.fact.ends_at, now});
    }
  }
  return record;
}

}  // namespace livecert::notices
