#include "notices/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livecert::notices {
namespace {

using domain::ChannelState;
using domain::FactKind;
using domain::FactName;
using domain::Told;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// 2027-01-15T08:10:00Z: not a minute of the half hour.
const base::Time kNow = base::from_unix_seconds(1'800'000'600);
const base::AccountId kAccount(2100000001);

Validity of_days(int lived, int left) {
  return {kNow - days(lived), kNow + days(left)};
}

Sight sight(const std::string& domain, Validity shown) {
  Sight sight{domain, kAccount, "default", shown};
  sight.edges = {{"web1", shown, true}};
  return sight;
}

Picture picture_of(const std::vector<Sight>& sights, base::Time now = kNow) {
  Sights by_name;
  for (const Sight& sight : sights) by_name.emplace(sight.domain, sight);
  return make_picture(std::move(by_name), now);
}

Told told(const std::string& domain, std::int64_t level, base::Time ends_at) {
  return {{FactKind::kEnding, domain, ""}, level, ends_at, kNow - days(1)};
}

const Channel kChannel{"duty"};

TEST(Due, AFactIsToldOnceForEachLevel) {
  const auto due = [](int left, const std::vector<Told>& told_before) {
    return find_due(kChannel, picture_of({sight("a.example.com", of_days(90 - left, left))}), told_before).notices;
  };
  EXPECT_THAT(due(29, {}), IsEmpty());
  ASSERT_THAT(due(28, {}), SizeIs(1));
  EXPECT_EQ(due(28, {})[0].fact.level, kThird);
  EXPECT_THAT(due(20, {told("a.example.com", kThird, kNow + days(20))}), IsEmpty());
  ASSERT_THAT(due(15, {told("a.example.com", kThird, kNow + days(15))}), SizeIs(1));
  EXPECT_THAT(due(15, {told("a.example.com", kEnded, kNow + days(15))}), IsEmpty()) << "a clock that was set back";
}

TEST(Due, ARenewalThatAlmostEndsTooIsANewFact) {
  const Picture picture = picture_of({sight("a.example.com", of_days(70, 20))});
  const Due due = find_due(kChannel, picture, {told("a.example.com", kEnded, kNow)});
  ASSERT_THAT(due.notices, SizeIs(1));
  EXPECT_FALSE(due.notices[0].is_solved);
}

TEST(Due, ItIsSolvedWhenEveryEdgeIsSeenToShowTheRenewal) {
  const std::vector<Told> before{told("a.example.com", kSixth, kNow + days(3))};
  Sight renewed = sight("a.example.com", of_days(0, 90));
  renewed.edges.push_back({"web2", std::nullopt, false, kNow});
  EXPECT_THAT(find_due(kChannel, picture_of({renewed}), before).notices, IsEmpty()) << "nothing is known of web2";
  renewed.edges.back() = {"web2", of_days(0, 90), true};
  const Due due = find_due(kChannel, picture_of({renewed}), before);
  ASSERT_THAT(due.notices, SizeIs(1));
  EXPECT_TRUE(due.notices[0].is_solved);
  EXPECT_EQ(due.notices[0].fact.ends_at, kNow + days(90));
  EXPECT_THAT(due.notices[0].fact.edges, ElementsAre("web1", "web2"));
  const Record record = record_of(due.notices, kNow);
  EXPECT_THAT(record.ended, ElementsAre(before[0].fact));
  EXPECT_THAT(record.told, IsEmpty());
}

TEST(Due, AnEdgeIsSolvedWhenItShowsWhatItShould) {
  const FactName name{FactKind::kNotShown, "a.example.com", "web1"};
  const std::vector<Told> before{{name, 1, kNow + days(90), kNow}};
  Sight late = sight("a.example.com", of_days(0, 90));
  late.edges = {{"web1", of_days(30, 60), false, kNow - hours(1)}};
  EXPECT_THAT(find_due(kChannel, picture_of({late}), before).notices, IsEmpty());
  late.edges[0].wrong_since = kNow;  // a newer version was ordered meanwhile
  EXPECT_THAT(find_due(kChannel, picture_of({late}), before).notices, IsEmpty());
  late.edges[0] = {"web1", of_days(0, 90), true};
  const Due due = find_due(kChannel, picture_of({late}), before);
  ASSERT_THAT(due.notices, SizeIs(1));
  EXPECT_TRUE(due.notices[0].is_solved);
}

TEST(Due, NothingIsSaidAboutWhatIsNobodysConcernAnyLonger) {
  const std::vector<Told> before{told("gone.example.com", kThird, kNow),
                                 {{FactKind::kNotShown, "a.example.com", "removed"}, 1, kNow, kNow}};
  const Due due = find_due(kChannel, picture_of({sight("a.example.com", of_days(0, 90))}), before);
  EXPECT_THAT(due.notices, IsEmpty());
  EXPECT_THAT(due.vanished, SizeIs(2));
}

TEST(Due, AChannelHearsOnlyOfItsAccounts) {
  Channel channel = kChannel;
  channel.accounts = {base::AccountId(7)};
  const Picture picture = picture_of({sight("a.example.com", of_days(89, 1))});
  EXPECT_THAT(find_due(channel, picture, {}).notices, IsEmpty());
  EXPECT_THAT(find_due(channel, picture, {told("a.example.com", kThird, kNow)}).vanished, SizeIs(1));
}

std::vector<Notice> notices(std::size_t count, base::Time ends_at = kNow + days(20)) {
  std::vector<Notice> made;
  for (std::size_t i = 0; i < count; ++i) {
    Fact fact{{FactKind::kEnding, "d" + std::to_string(i) + ".example.com", ""},
              kAccount,
              "default",
              kThird,
              ends_at,
              kNow,
              {}};
    made.push_back({fact});
  }
  return made;
}

TEST(Plan, UpToThreeGoOneByOneAndMoreMakeADigest) {
  EXPECT_THAT(plan_messages(kChannel, {}, notices(3), {}, kNow), SizeIs(3));
  const auto digest = plan_messages(kChannel, {}, notices(4), {}, kNow);
  ASSERT_THAT(digest, SizeIs(1));
  EXPECT_THAT(digest[0], SizeIs(4));
}

// Robots block those who send more than twenty messages in a minute.
TEST(Plan, AMinuteHasAtMostThreeSingleMessagesAndOneDigest) {
  Pace pace;
  std::size_t sent = 0;
  for (int second = 0; second < 60; second += 2) {
    const base::Time now = kNow + seconds(second);
    for (const auto& message : plan_messages(kChannel, {}, notices(1), pace, now)) {
      pace.note(now, message.size() > pace.room(now));
      ++sent;
    }
  }
  EXPECT_EQ(sent, 4U);
  EXPECT_THAT(plan_messages(kChannel, {}, notices(5), pace, kNow + minutes(2)), SizeIs(1));
}

TEST(Plan, AClockThatIsSetBackSilencesNobody) {
  Pace pace;
  for (int i = 0; i < 3; ++i) pace.note(kNow + days(300), false);
  pace.note(kNow + days(300), true);
  EXPECT_THAT(plan_messages(kChannel, {}, notices(2), pace, kNow), SizeIs(2));
}

TEST(Plan, NothingGoesOutInTheMinutesOfEverybodysJobs) {
  const base::Time hour = base::from_unix_seconds(1'800'000'000 - 1'800'000'000 % 3600);
  for (const int minute : {0, 29, 30, 59}) {
    EXPECT_THAT(plan_messages(kChannel, {}, notices(1), {}, hour + minutes(minute) + seconds(1)), IsEmpty()) << minute;
  }
  for (const int minute : {1, 28, 31, 58}) {
    EXPECT_THAT(plan_messages(kChannel, {}, notices(1), {}, hour + minutes(minute)), SizeIs(1)) << minute;
  }
}

TEST(Plan, QuietHoursHoldWhatCanWait) {
  Channel channel = kChannel;
  channel.quiet = *QuietHours::parse("06:00-09:00");  // kNow is 08:10
  EXPECT_THAT(plan_messages(channel, {}, notices(1), {}, kNow), IsEmpty());
  EXPECT_THAT(plan_messages(channel, {}, notices(1), {}, kNow + hours(1)), SizeIs(1));
  EXPECT_THAT(plan_messages(channel, {}, notices(1, kNow + minutes(20)), {}, kNow), SizeIs(1)) << "it ends meanwhile";
  EXPECT_THAT(plan_messages(channel, {}, notices(1, kNow - days(1)), {}, kNow), SizeIs(1)) << "it has ended";
  auto solved = notices(1, kNow - days(1));
  solved[0].is_solved = true;
  EXPECT_THAT(plan_messages(channel, {}, solved, {}, kNow), IsEmpty());
}

TEST(State, PausesGrowFromHalfAMinuteToAnHour) {
  ChannelState state;
  std::vector<std::int64_t> pauses;
  for (int i = 0; i < 9; ++i) {
    state = next_state(state, {Verdict::Kind::kLater, "busy"}, kNow + seconds(i));
    pauses.push_back(std::chrono::duration_cast<seconds>(*state.next_try - (kNow + seconds(i))).count());
  }
  EXPECT_THAT(pauses, ElementsAre(30, 60, 120, 240, 480, 960, 1920, 3600, 3600));
  EXPECT_EQ(state.failing_since, kNow);
  EXPECT_EQ(state.failures, 9);
  EXPECT_THAT(plan_messages(kChannel, state, notices(1), {}, *state.next_try - seconds(1)), IsEmpty());
  const ChannelState good = next_state(state, {Verdict::Kind::kDelivered}, kNow + hours(2));
  EXPECT_EQ(good.failing_since, std::nullopt);
  EXPECT_EQ(good.failures, 0);
  EXPECT_EQ(good.delivered_at, kNow + hours(2));
}

TEST(State, AReceiversWishIsObeyedWithinReason) {
  const auto pause = [](const Verdict& verdict) { return *next_state({}, verdict, kNow).next_try - kNow; };
  EXPECT_EQ(pause({Verdict::Kind::kLater, "", seconds(600)}), seconds(600));
  EXPECT_EQ(pause({Verdict::Kind::kLater, "", seconds(5)}), seconds(30));
  EXPECT_EQ(pause({Verdict::Kind::kLater, "", days(30)}), hours(6));
  EXPECT_EQ(pause({Verdict::Kind::kRefused, "wrong key"}), hours(1));
}

}  // namespace
}  // namespace livecert::notices
