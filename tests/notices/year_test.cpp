#include <map>
#include <set>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notices/payload.h"

// 400 days, minute by minute, of domains whose certificates live for 6, 45, 90 and 398 days.
namespace livecert::notices {
namespace {

using domain::ChannelState;
using domain::FactKind;
using domain::Told;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// 2027-01-15T00:00:00Z
const base::Time kBegin = base::from_unix_seconds(1'799'971'200);
constexpr minutes kYear = days(400);

// One domain: every certificate is renewed when so much of its life is left, and the edge shows it a while later.
struct Plot {
  std::string domain;
  minutes life{};
  minutes renewed_before_end{};  // negative: after the end
  minutes shown_after{};
  minutes lost_each{};  // the edge is not known for an hour each so often; 0: never
};

// What the rules should say: (domain, level or -1 for solved, end of the certificate).
using Expected = std::multiset<std::tuple<std::string, std::int64_t, std::int64_t>>;

struct World {
  explicit World(std::vector<Plot> all) : plots(std::move(all)) {}

  // The certificates of a domain follow each other: the one that is bound, and the one that the edge shows.
  [[nodiscard]] static Validity bound_at(const Plot& plot, base::Time now) {
    const minutes step = plot.life - plot.renewed_before_end;
    const auto number = (now - kBegin) / std::chrono::microseconds(step);
    return {kBegin + step * number, kBegin + step * number + plot.life};
  }
  [[nodiscard]] static Validity shown_at(const Plot& plot, base::Time now) {
    return now - kBegin < plot.shown_after ? bound_at(plot, kBegin) : bound_at(plot, now - plot.shown_after);
  }

  [[nodiscard]] Picture look(base::Time now) const {
    Sights sights;
    for (const Plot& plot : plots) {
      const Validity bound = bound_at(plot, now);
      const Validity shown = shown_at(plot, now);
      Sight sight{plot.domain, base::AccountId(2100000001), "default", bound};
      AtEdge edge{"web1", shown, bound == shown, bound.begins_at};
      const bool is_lost = plot.lost_each.count() != 0 && (now - kBegin) % plot.lost_each < hours(1);
      if (is_lost) edge = {"web1", std::nullopt, false, now};
      sight.edges.push_back(edge);
      sights.emplace(plot.domain, std::move(sight));
    }
    return make_picture(std::move(sights), now);
  }

  // Computed from the plot alone: for each certificate, the levels that it reached while it was shown, and one solved
  // message if it reached any.
  [[nodiscard]] Expected expect() const {
    Expected expected;
    for (const Plot& plot : plots) {
      const minutes step = plot.life - plot.renewed_before_end;
      for (std::int64_t number = 0;; ++number) {
        const base::Time begin = kBegin + step * number;
        if (begin >= kBegin + kYear) break;
        const base::Time end = begin + plot.life;
        const base::Time replaced = begin + step + plot.shown_after;
        const std::vector<base::Time> reached{begin + plot.life * 41 / 60, begin + plot.life * 5 / 6,
                                              begin + plot.life * 11 / 12, end};
        bool is_told = false;
        for (std::size_t level = 0; level < reached.size(); ++level) {
          // Two hours of room for what waits for its minute or its hour; the plots keep clear of it.
          if (reached[level] >= replaced || reached[level] >= kBegin + kYear) continue;
          expected.emplace(plot.domain, static_cast<std::int64_t>(level) + 1, base::to_unix_seconds(end));
          is_told = true;
        }
        if (is_told && replaced < kBegin + kYear) expected.emplace(plot.domain, -1, base::to_unix_seconds(end));
      }
    }
    return expected;
  }

  std::vector<Plot> plots;
};

struct Outage {
  base::Time from;
  base::Time to;
  Verdict verdict;
};

// A channel with what the store keeps of it. A restart loses everything else.
struct Receiver {
  Channel channel{"duty"};
  std::vector<Told> told = {};
  ChannelState state = {};
  Pace pace = {};
  std::vector<Outage> outages = {};
  Expected got = {};
  std::size_t calls = 0;

  [[nodiscard]] Verdict answer(base::Time now) const {
    for (const Outage& outage : outages) {
      if (now >= outage.from && now < outage.to) return outage.verdict;
    }
    return {Verdict::Kind::kDelivered};
  }

  void keep(const Record& record) {
    const auto drop = [this](const domain::FactName& name) {
      std::erase_if(told, [&](const Told& row) { return row.fact == name; });
    };
    for (const auto& name : record.ended) drop(name);
    for (const Told& row : record.told) {
      drop(row.fact);
      told.push_back(row);
    }
  }

  void note(const Notice& notice, std::int64_t end) {
    if (notice.fact.name.kind != FactKind::kEnding) return;
    got.emplace(notice.fact.name.domain, notice.is_solved ? -1 : notice.fact.level, end);
  }

  void look(const Picture& picture, base::Time now) {
    Due due = find_due(channel, picture, told);
    keep({{}, due.vanished});
    for (const auto& message : plan_messages(channel, state, std::move(due.notices), pace, now)) {
      ++calls;
      const Verdict verdict = answer(now);
      state = next_state(state, verdict, now);
      pace.note(now, message.size() > pace.room(now));
      if (verdict.kind != Verdict::Kind::kDelivered) return;
      for (const Notice& notice : message) note(notice, end_of(notice));
      keep(record_of(message, now));
    }
  }

  // Of a solved fact, the end that was told.
  [[nodiscard]] std::int64_t end_of(const Notice& notice) const {
    if (!notice.is_solved) return base::to_unix_seconds(notice.fact.ends_at);
    for (const Told& row : told) {
      if (row.fact == notice.fact.name) return base::to_unix_seconds(row.ends_at);
    }
    ADD_FAILURE() << notice.fact.name.domain << " is solved, and was not told";
    return 0;
  }

  void restart() { pace = Pace(); }
};

void live(const World& world, Receiver& receiver) {
  std::int64_t minute = 0;
  for (base::Time now = kBegin; now < kBegin + kYear + hours(2); now += minutes(1)) {
    // The last two hours let out what waits; the plots do nothing in them.
    receiver.look(world.look(std::min(now, kBegin + kYear - minutes(1))), now);
    if (++minute % 997 == 0) receiver.restart();
  }
}

std::vector<Plot> plots() {
  return {
      {"renewed-early.example.com", days(90), days(40), minutes(3), {}},
      {"six-days.example.com", days(6), hours(30), minutes(5), {}},
      {"six-days-late.example.com", days(6), hours(7), minutes(20), {}},
      {"six-days-missed.example.com", days(6), hours(-30), minutes(5), {}},
      {"forty-five.example.com", days(45), days(10), minutes(7), {}},
      {"forty-five-stuck.example.com", days(45), days(20), days(11), {}},
      {"ninety.example.com", days(90), days(27), hours(12), {}},
      {"ninety-twelfth.example.com", days(90), days(5), hours(5), hours(50)},
      {"year.example.com", days(398), days(30), hours(3), {}},
      {"year-never.example.com", days(398), days(-30), hours(3), hours(77)},
  };
}

TEST(Year, EveryLevelIsToldOnceAndEveryRenewalOnce) {
  const World world(plots());
  const Expected expected = world.expect();
  Receiver receiver;
  live(world, receiver);
  EXPECT_EQ(receiver.got, expected);
  EXPECT_GT(expected.size(), 250U) << "the year has something to tell";
  for (const auto& [domain, level, end] : receiver.got) EXPECT_NE(domain, "renewed-early.example.com");
}

// certbot, acme.sh and Caddy renew when a third is left, and look for that every twelve hours at the latest for a
// certificate of 45 days or more. For six days, a client that looks every two hours is meant.
TEST(Year, ClientsThatRenewWhenAThirdIsLeftCauseNothing) {
  const World world({{"six-days.example.com", days(6), days(2) - hours(2), minutes(5), {}},
                     {"forty-five.example.com", days(45), days(15) - hours(12), minutes(5), {}},
                     {"ninety.example.com", days(90), days(30) - hours(12), minutes(5), {}},
                     {"year.example.com", days(398), days(398) / 3 - hours(24), minutes(5), {}}});
  ASSERT_TRUE(world.expect().empty());
  Receiver receiver;
  live(world, receiver);
  EXPECT_THAT(receiver.got, ::testing::IsEmpty());
}

// While a receiver takes nothing, levels follow each other: only the last one is still true when it is back.
TEST(Year, AReceiverThatWasDownHearsWhatIsStillTrueAndNothingElse) {
  const World world({{"ninety.example.com", days(90), days(-1), minutes(3), {}},
                     {"solved-meanwhile.example.com", days(90), days(20), minutes(3), {}}});
  Receiver receiver;
  // From before the first level to after the end of the first certificate, and past its renewal.
  receiver.outages = {{kBegin + days(55), kBegin + days(90) + hours(3), {Verdict::Kind::kLater, "429", seconds(60)}}};
  live(world, receiver);
  const auto first_end = base::to_unix_seconds(kBegin + days(90));
  EXPECT_EQ(receiver.got.count({"ninety.example.com", kEnded, first_end}), 1U);
  EXPECT_EQ(receiver.got.count({"ninety.example.com", -1, first_end}), 1U);
  for (const std::int64_t level : {kThird, kSixth, kTwelfth}) {
    EXPECT_EQ(receiver.got.count({"ninety.example.com", level, first_end}), 0U) << level;
  }
  for (const std::int64_t level : {kThird, kSixth, std::int64_t{-1}}) {
    EXPECT_EQ(receiver.got.count({"solved-meanwhile.example.com", level, first_end}), 0U) << level;
  }
  const auto later = base::to_unix_seconds(kBegin + days(70) + days(90));
  EXPECT_EQ(receiver.got.count({"solved-meanwhile.example.com", kThird, later}), 1U);
}

TEST(Year, AReceiverThatIsDownIsCalledLessAndLess) {
  const World world({{"ninety.example.com", days(90), days(-300), minutes(3), {}}});
  Receiver receiver;
  receiver.outages = {{kBegin, kBegin + kYear + hours(2), {Verdict::Kind::kLater, "down"}}};
  live(world, receiver);
  const std::size_t hours_of_trouble = static_cast<std::size_t>((kYear - days(60)) / hours(1));
  EXPECT_LE(receiver.calls, hours_of_trouble + 10);
  EXPECT_GE(receiver.calls, hours_of_trouble / 2);
  EXPECT_THAT(receiver.got, ::testing::IsEmpty());
}

// Nothing is told between 22:00 and 07:00 but what has ended or ends before 07:00.
TEST(Year, QuietHoursLoseNothing) {
  const World world(plots());
  Receiver receiver;
  receiver.channel.quiet = *QuietHours::parse("22:00-07:00");
  Receiver loud;
  for (base::Time now = kBegin; now < kBegin + kYear + hours(12); now += minutes(1)) {
    const Picture picture = world.look(std::min(now, kBegin + kYear - minutes(1)));
    receiver.look(picture, now);
    loud.look(picture, now);
  }
  for (const auto& [domain, level, end] : loud.got) {
    // A level that a renewal ended during the night was never news for this channel.
    if (level != kEnded) continue;
    EXPECT_EQ(receiver.got.count({domain, level, end}), 1U) << domain;
  }
  std::set<std::tuple<std::string, std::int64_t, std::int64_t>> once(receiver.got.begin(), receiver.got.end());
  EXPECT_EQ(once.size(), receiver.got.size()) << "nothing is told twice";
}

}  // namespace
}  // namespace livecert::notices
