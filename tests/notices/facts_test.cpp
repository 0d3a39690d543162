#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "notices/fact.h"

namespace livecert::notices {
namespace {

using domain::FactKind;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

const base::Time kNow = base::from_unix_seconds(1'800'000'000);

Validity of_days(int lived, int left) {
  return {kNow - days(lived), kNow + days(left)};
}

Sight sight(Validity bound) {
  return {"live.example.com", base::AccountId(2100000001), "default", bound};
}

AtEdge good(const std::string& edge, Validity shows) {
  return {edge, shows, true};
}

TEST(Levels, CountTheLifetimeThatIsLeftAndNotDays) {
  for (const auto life : {hours(24 * 6), hours(24 * 45), hours(24 * 90), hours(24 * 398)}) {
    const Validity validity{kNow, kNow + life};
    EXPECT_EQ(level_of(validity, kNow), 0);
    EXPECT_EQ(level_of(validity, kNow + life * 2 / 3), 0) << "this is when clients renew";
    EXPECT_EQ(level_of(validity, kNow + minutes(life) * 41 / 60 - minutes(1)), 0);
    EXPECT_EQ(level_of(validity, kNow + minutes(life) * 41 / 60), kThird);
    EXPECT_EQ(level_of(validity, kNow + life * 5 / 6 - minutes(1)), kThird);
    EXPECT_EQ(level_of(validity, kNow + life * 5 / 6), kSixth);
    EXPECT_EQ(level_of(validity, kNow + life * 11 / 12), kTwelfth);
    EXPECT_EQ(level_of(validity, kNow + life - minutes(1)), kTwelfth);
    EXPECT_EQ(level_of(validity, kNow + life), kEnded);
  }
}

TEST(Facts, ADomainWithoutEdgesIsJudgedByWhatItUses) {
  EXPECT_TRUE(find_facts(sight(of_days(10, 80)), kNow).empty());
  const auto facts = find_facts(sight(of_days(70, 20)), kNow);
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].name, (domain::FactName{FactKind::kEnding, "live.example.com", ""}));
  EXPECT_EQ(facts[0].level, kThird);
  EXPECT_EQ(facts[0].ends_at, kNow + days(20));
  EXPECT_EQ(facts[0].since, kNow - days(10) + std::chrono::hours(36));
  EXPECT_TRUE(facts[0].edges.empty());
  EXPECT_FALSE(facts[0].is_renewed);
}

TEST(Facts, WhatTheEdgesShowDecidesAndNotWhatIsBound) {
  Sight renewed = sight(of_days(0, 90));
  renewed.edges = {good("web1", of_days(0, 90)), {"web2", of_days(85, 5), false, kNow - minutes(1)}};
  const auto facts = find_facts(renewed, kNow);
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].level, kTwelfth);
  EXPECT_THAT(facts[0].edges, ::testing::ElementsAre("web2"));
  EXPECT_TRUE(facts[0].is_renewed);
}

TEST(Facts, WhatIsBoundAndEndsIsNoFactWhileTheEdgesShowWhatLasts) {
  Sight rolled_back = sight(of_days(85, 5));
  rolled_back.edges = {{"web1", of_days(0, 90), false, kNow - minutes(1)}};
  EXPECT_TRUE(find_facts(rolled_back, kNow).empty());
}

TEST(Facts, AnEdgeThatShowsSomethingElseIsOneAfterAWhile) {
  Sight late = sight(of_days(0, 90));
  late.edges = {{"web1", of_days(30, 60), false, kNow - kPatience + minutes(1), "connection refused"}};
  EXPECT_TRUE(find_facts(late, kNow).empty());
  const auto facts = find_facts(late, kNow + minutes(1));
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].name, (domain::FactName{FactKind::kNotShown, "live.example.com", "web1"}));
  EXPECT_EQ(facts[0].failure, "connection refused");
}

TEST(Facts, AVersionThatIsNoLongerKeptTakesItsLifetimeFromTheBoundOne) {
  Sight old = sight({kNow, kNow + days(90)});
  old.edges = {{"web1", Validity{base::Time{}, kNow + days(20)}, false, kNow}};
  const auto facts = find_facts(old, kNow);
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_EQ(facts[0].level, kThird);
}

TEST(Facts, AnEdgeOfWhichNothingIsKnownIsNotSeen) {
  Sight unknown = sight(of_days(0, 90));
  unknown.edges = {good("web1", of_days(0, 90)), {"web2", std::nullopt, false, kNow}};
  EXPECT_FALSE(unknown.is_seen());
  EXPECT_TRUE(find_facts(unknown, kNow).empty());
}

}  // namespace
}  // namespace livecert::notices
