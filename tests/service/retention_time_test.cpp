#include "service/retention_time.h"

#include <gtest/gtest.h>

#include "service/jumping_clock.h"
#include "support/tenant.h"

namespace livecert::service {
namespace {

using std::chrono::days;
using std::chrono::hours;
using test::JumpingClock;

constexpr base::Time kBegin{std::chrono::seconds(1'790'000'000)};

TEST(RetentionTime, IsTheClocksWhenClientsWroteByTheSameOne) {
  JumpingClock clock(kBegin);
  RetentionTime time(clock, kBegin);
  clock.advance(hours(1));
  EXPECT_EQ(time.look(), kBegin + hours(1));
}

TEST(RetentionTime, IsNotThatOfAClockThatWasWrongAtTheStart) {
  JumpingClock clock(kBegin + days(200));
  RetentionTime time(clock, kBegin);
  EXPECT_EQ(time.look(), kBegin);
  for (int hour = 1; hour < 24; ++hour) {
    clock.advance(hours(1));
    EXPECT_EQ(time.look(), kBegin + hours(hour));
  }
  clock.advance(hours(1));
  EXPECT_EQ(time.look(), clock.now()) << "a store that was not written to for long";
}

TEST(RetentionTime, IsNotThatOfAClockThatWasSetWithinADay) {
  JumpingClock clock(kBegin);
  RetentionTime time(clock, kBegin);
  clock.advance(days(2));
  EXPECT_EQ(time.look(), clock.now());
  clock.set_by(days(200));
  for (int hour = 0; hour < 24; ++hour) {
    EXPECT_EQ(time.look(), kBegin + days(2) + hours(hour));
    clock.advance(hours(1));
  }
  EXPECT_EQ(time.look(), clock.now()) << "the log told of it a day ago";
}

TEST(RetentionTime, IsNeverLaterThanTheClock) {
  JumpingClock clock(kBegin);
  RetentionTime time(clock, kBegin + days(200));
  clock.advance(hours(1));
  EXPECT_EQ(time.look(), clock.now()) << "whose store was written to while the clock ran ahead";
  clock.set_by(-days(1));
  EXPECT_EQ(time.look(), clock.now());
}

TEST(RetentionTime, StaysWhenTheClockIsOnlyKeptInStep) {
  JumpingClock clock(kBegin);
  RetentionTime time(clock, base::Time());
  for (int hour = 0; hour < 24; ++hour) {
    clock.advance(hours(1));
    clock.set_by(std::chrono::seconds(1));
    static_cast<void>(time.look());
  }
  EXPECT_EQ(time.look(), clock.now());
}

TEST(LastWrite, IsTheNewestOfAClient) {
  test::TestService service;
  test::Tenant me(service, service.root());
  me.upload("a.example");
  const base::Time written = service.clock().now();
  EXPECT_EQ(*find_last_write(service.store()), written);
  service.clock().advance(days(200));
  // A write of livecert itself, such as its own certificate.
  store::Context own;
  own.action = "Retention";
  own.at = service.clock().now();
  own.deadline = base::SteadyTime::max();
  for (int i = 0; i < 600; ++i) {
    ASSERT_EQ(service.store().submit(own, store::PutSetting{"tls" + std::to_string(i), {1}}).wait().kind,
              store::OutcomeKind::kDone);
  }
  EXPECT_EQ(*find_last_write(service.store()), written);
}

}  // namespace
}  // namespace livecert::service
