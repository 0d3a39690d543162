#include "service/clock_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/jumping_clock.h"

namespace livecert::service {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

class ClockWatchTest : public testing::Test {
 protected:
  // Half a second later.
  void look() {
    clock.advance(std::chrono::milliseconds(500));
    watch.look();
  }
  [[nodiscard]] std::string shown() const {
    const auto reasons = readiness.reasons();
    return reasons.empty() ? "" : reasons.front().what;
  }

  test::JumpingClock clock{*base::parse_basic_time("20260601T120000Z")};
  int told = 0;
  Readiness readiness{clock, [this](const Reason&, const std::string&, bool goes_on) { told += goes_on ? 1 : 0; }};
  ClockWatch watch{clock, readiness};
};

TEST_F(ClockWatchTest, TellsOnceOfAJumpForward) {
  look();
  EXPECT_EQ(shown(), "");
  clock.set_by(hours(24));
  look();
  EXPECT_THAT(shown(), HasSubstr("86400 s ahead"));
  EXPECT_EQ(readiness.reasons().front().kind, Reason::Kind::kDegraded);
  for (int i = 0; i < 100; ++i) look();
  EXPECT_EQ(told, 1);
}

TEST_F(ClockWatchTest, TellsOfAJumpBack) {
  clock.set_by(-minutes(10));
  look();
  EXPECT_THAT(shown(), HasSubstr("600 s behind"));
}

TEST_F(ClockWatchTest, ForgetsAJumpThatWasTakenBack) {
  clock.set_by(hours(24));
  look();
  clock.set_by(-hours(24) + seconds(2));
  look();
  EXPECT_EQ(shown(), "");
}

TEST_F(ClockWatchTest, AddsUpJumps) {
  clock.set_by(hours(1));
  look();
  clock.set_by(hours(2));
  look();
  EXPECT_THAT(shown(), HasSubstr("10800 s ahead"));
  EXPECT_EQ(told, 2);
}

TEST_F(ClockWatchTest, DoesNotMindWhatATimeDaemonDoes) {
  for (int i = 0; i < 1000; ++i) {
    clock.set_by(std::chrono::milliseconds(i % 2 == 0 ? 400 : -100));
    look();
  }
  EXPECT_EQ(shown(), "") << "two minutes, but little by little";
  clock.set_by(seconds(5));
  look();
  EXPECT_EQ(shown(), "");
}

TEST_F(ClockWatchTest, AfterAnHourTheNewTimeIsTheTime) {
  clock.set_by(hours(24));
  look();
  clock.advance(hours(1) + seconds(1));
  look();
  EXPECT_EQ(shown(), "");
  clock.set_by(-hours(24));
  look();
  EXPECT_THAT(shown(), HasSubstr("86400 s behind"));
}

}  // namespace
}  // namespace livecert::service
