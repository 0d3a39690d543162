#include "service/fetch_quota.h"

#include <list>
#include <memory>

#include <gtest/gtest.h>

namespace livecert::service {
namespace {

const base::AccountId kA(1);
const base::AccountId kB(2);

std::size_t places_for(FetchQuota& quota, base::AccountId account, std::list<FetchQuota::Place>& held) {
  std::size_t granted = 0;
  while (held.emplace_back(quota, account).is_granted()) ++granted;
  return granted;
}

TEST(FetchQuota, AnAccountHasAFewPlaces) {
  FetchQuota quota(32);
  std::list<FetchQuota::Place> held;
  EXPECT_EQ(places_for(quota, kA, held), 8U);
  held.pop_front();
  EXPECT_EQ(places_for(quota, kA, held), 1U) << "one came back";
}

TEST(FetchQuota, TheLastPlacesAreForAccountsThatHaveNone) {
  FetchQuota quota(12);
  std::list<FetchQuota::Place> held;
  EXPECT_EQ(places_for(quota, kA, held), 6U) << "as many as are left free";
  EXPECT_EQ(places_for(quota, kB, held), 3U);
  EXPECT_EQ(places_for(quota, base::AccountId(3), held), 2U);
  EXPECT_EQ(places_for(quota, base::AccountId(4), held), 1U);
  EXPECT_EQ(places_for(quota, base::AccountId(5), held), 0U);
  held.clear();
  EXPECT_EQ(places_for(quota, kB, held), 6U);
}

TEST(FetchQuota, OnePlaceIsEnoughForOneAccount) {
  FetchQuota quota(1);
  std::list<FetchQuota::Place> held;
  EXPECT_EQ(places_for(quota, kA, held), 1U);
  EXPECT_EQ(places_for(quota, kB, held), 0U);
}

TEST(FetchQuota, RequestsComeBackOneASecond) {
  FetchQuota quota(32);
  base::SteadyTime now{std::chrono::hours(1)};
  EXPECT_EQ(quota.take_requests(kA, 6, now), 6U);
  EXPECT_EQ(quota.take_requests(kA, 100, now), 24U);
  EXPECT_EQ(quota.take_requests(kA, 6, now), 0U);
  EXPECT_EQ(quota.take_requests(kB, 6, now), 6U) << "each account has its own";
  now += std::chrono::milliseconds(2900);
  EXPECT_EQ(quota.take_requests(kA, 6, now), 2U);
  now += std::chrono::hours(1);
  EXPECT_EQ(quota.take_requests(kA, 100, now), 30U) << "and never more than that at once";
}

TEST(FetchQuota, WhatWasNotAskedDoesNotCount) {
  FetchQuota quota(32);
  const base::SteadyTime now{std::chrono::hours(1)};
  EXPECT_EQ(quota.take_requests(kA, 30, now), 30U);
  quota.give_back(kA, 29);
  EXPECT_EQ(quota.take_requests(kA, 30, now), 29U);
}

}  // namespace
}  // namespace livecert::service
