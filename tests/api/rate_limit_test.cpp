#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rate_limiter.h"
#include "support/test_service.h"

namespace livecert {
namespace {

using api::RateLimiter;
using std::chrono::milliseconds;
using test::TestService;

constexpr base::AccountId kAccount{1};

// Decision 17.
TEST(RateLimiter, NeverGrantsMoreThanTheAllowanceInAnySecond) {
  RateLimiter limiter(10);
  std::mt19937 random(7);
  std::vector<base::SteadyTime> begun;
  base::SteadyTime now;
  for (int i = 0; i < 5000; ++i) {
    now += milliseconds(random() % 120);
    const auto over = random() % 2 == 0 ? RateLimiter::OverLimit::kRefuse : RateLimiter::OverLimit::kWait;
    if (const auto turn = limiter.take_turn(kAccount, "A", over, now); turn.granted) begun.push_back(turn.at);
  }
  ASSERT_TRUE(std::ranges::is_sorted(begun));
  for (std::size_t i = 10; i < begun.size(); ++i) ASSERT_GE(begun[i] - begun[i - 10], std::chrono::seconds(1));
}

TEST(RateLimiter, GrantsTheWholeAllowanceAtOnceAndAgainExactlyASecondLater) {
  RateLimiter limiter(10);
  base::SteadyTime now;
  const auto granted = [&] { return limiter.take_turn(kAccount, "A", RateLimiter::OverLimit::kRefuse, now).granted; };
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(granted());
  EXPECT_FALSE(granted());
  now += milliseconds(999);
  EXPECT_FALSE(granted());
  now += milliseconds(1);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(granted());
  EXPECT_FALSE(granted());
}

TEST(RateLimiter, AccountsAndActionsDoNotShareAnAllowance) {
  RateLimiter limiter(1);
  const base::SteadyTime now;
  EXPECT_TRUE(limiter.take_turn(kAccount, "A", RateLimiter::OverLimit::kRefuse, now).granted);
  EXPECT_TRUE(limiter.take_turn(kAccount, "B", RateLimiter::OverLimit::kRefuse, now).granted);
  EXPECT_TRUE(limiter.take_turn(base::AccountId(2), "A", RateLimiter::OverLimit::kRefuse, now).granted);
  EXPECT_FALSE(limiter.take_turn(kAccount, "A", RateLimiter::OverLimit::kRefuse, now).granted);
}

TEST(RateLimiter, TenReadsWaitAndTheEleventhIsRefused) {
  RateLimiter limiter(10);
  const base::SteadyTime now;
  const auto take = [&] { return limiter.take_turn(kAccount, "A", RateLimiter::OverLimit::kWait, now); };
  for (int i = 0; i < 10; ++i) EXPECT_EQ(take().at, now);
  for (int i = 0; i < 10; ++i) {
    const auto turn = take();
    EXPECT_TRUE(turn.granted);
    EXPECT_EQ(turn.at, now + std::chrono::seconds(1));
  }
  EXPECT_FALSE(take().granted);
}

TEST(FailureBrake, HoldsBackOnlyTheAddressThatKeepsFailing) {
  api::FailureBrake brake;
  const base::SteadyTime now;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(brake.note_failure("a", now), now);
  EXPECT_GT(brake.note_failure("a", now), now);
  EXPECT_EQ(brake.note_failure("b", now), now);
  const base::SteadyTime later = now + std::chrono::seconds(11);
  EXPECT_EQ(brake.note_failure("a", later), later);
}

TEST(Decision17, WritesOverItAreRefusedAtOnceWithRetryAfter) {
  TestService service({.rate_limit = 2});
  for (int i = 0; i < 2; ++i) EXPECT_EQ(service.create_cert({"", ""}).status, 400);
  const test::Answer answer = service.create_cert({"", ""});
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.code(), "FlowLimitExceeded");
  EXPECT_EQ(answer.code_number(), 100018);
  EXPECT_EQ(answer.headers.find("Retry-After"), "1");
  EXPECT_FALSE(answer.waited);
  service.clock().advance(std::chrono::seconds(1));
  EXPECT_EQ(service.create_cert({"", ""}).status, 400);
}

TEST(Decision17, ReadsOverItWaitTheirTurn) {
  TestService service({.rate_limit = 2});
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(service.call("ListCertV2", "{}").waited);
  const test::Answer answer = service.call("ListCertV2", "{}");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.waited);
}

TEST(Decision17, RequestsThatAreNotVerifiedDoNotCount) {
  TestService service({.rate_limit = 1});
  for (int i = 0; i < 5; ++i) {
    http::Request request = service.signed_request("CreateCert", "{}");
    request.body.push_back(' ');
    EXPECT_EQ(service.send(std::move(request)).status, 401);
  }
  EXPECT_EQ(service.call("CreateCert", "{}").code(), "InvalidParam.BindError");
}

}  // namespace
}  // namespace livecert
