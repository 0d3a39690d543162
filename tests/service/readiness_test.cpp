#include "service/readiness.h"

#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/edge_watch.h"
#include "service/store_watch.h"
#include "support/fake_clock.h"

namespace livecert::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Reason reason_of(const std::string& name, const std::string& what = "Something is wrong.") {
  return {name, Reason::Kind::kNotReady, what, "Mend it."};
}

class ReadinessTest : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Reason& reason : readiness.reasons()) names.push_back(reason.name);
    return names;
  }

  test::FakeClock clock{*base::parse_basic_time("20260601T120000Z")};
  std::vector<std::string> told;
  Readiness readiness{clock, [this](const Reason& reason, const std::string& detail, bool goes_on) {
                        told.push_back((goes_on ? "+" : "-") + reason.name + detail);
                      }};
};

TEST_F(ReadinessTest, AReasonKeepsTheTimeOfItsBeginning) {
  const base::Time began = clock.now();
  readiness.begin(reason_of("a"));
  clock.advance(std::chrono::hours(1));
  readiness.begin(reason_of("a"));
  readiness.begin(reason_of("b"));
  readiness.begin(reason_of("a", "It became worse."));
  EXPECT_THAT(names(), ElementsAre("a", "b"));
  EXPECT_EQ(readiness.reasons().front().since, began);
  EXPECT_EQ(readiness.reasons().front().what, "It became worse.");
  EXPECT_EQ(readiness.reasons().back().since, clock.now());
  readiness.end("a");
  readiness.begin(reason_of("a"));
  EXPECT_EQ(readiness.reasons().back().since, clock.now());
}

TEST_F(ReadinessTest, TheLogHearsOfEachChangeOnce) {
  readiness.begin(reason_of("a"), "1");
  readiness.begin(reason_of("a"), "2");
  readiness.end("b");
  readiness.begin(reason_of("a", "It became worse."), "3");
  readiness.end("a");
  readiness.end("a");
  EXPECT_THAT(told, ElementsAre("+a1", "+a3", "-a"));
}

TEST_F(ReadinessTest, ShowsOneThingAboutAStore) {
  using State = store::Health::State;
  show_health({}, readiness);
  EXPECT_THAT(names(), IsEmpty());
  for (const auto& [state, name] :
       {std::pair(State::kFull, "disk-full"), std::pair(State::kGone, "store-gone"),
        std::pair(State::kFailing, "store-not-writable"), std::pair(State::kUnreadable, "store-not-readable"),
        std::pair(State::kHanging, "store-not-answering"), std::pair(State::kAway, "store-away"),
        std::pair(State::kMoved, "store-moved")}) {
    show_health({state, "/var/lib/secret-place"}, readiness);
    EXPECT_THAT(names(), ElementsAre(name));
    EXPECT_EQ(readiness.reasons().front().kind, Reason::Kind::kNotReady);
    EXPECT_THAT(readiness.reasons().front().what, Not(HasSubstr("secret-place"))) << "strangers read it";
    EXPECT_THAT(told.back(), HasSubstr("secret-place")) << "the operator's log tells it";
  }
  show_health({}, readiness);
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(ReadinessTest, AnEdgeThatTakesNoCertificatesIsAReasonToLookButNoneToSendRequestsElsewhere) {
  edge::EdgeStatus front;
  front.definition.name = "front";
  edge::EdgeStatus back;
  back.definition.name = "back";
  look_after_edges({front, back}, readiness);
  EXPECT_THAT(names(), IsEmpty());
  back.counts.failure = "the socket is dead";
  look_after_edges({front, back}, readiness);
  ASSERT_THAT(names(), ElementsAre("edges-failing"));
  EXPECT_EQ(readiness.reasons().front().kind, Reason::Kind::kDegraded);
  EXPECT_THAT(readiness.reasons().front().what, testing::Not(HasSubstr("back"))) << "everybody may read it";
  EXPECT_THAT(told.back(), HasSubstr("back: the socket is dead"));
  back.counts.failure.clear();
  look_after_edges({front, back}, readiness);
  EXPECT_THAT(names(), IsEmpty());
}

}  // namespace
}  // namespace livecert::service
