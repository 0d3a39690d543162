#include "app/notice_job.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant.h"

namespace livecert::app {
namespace {

using service::Reason;
using test::Tenant;
using test::TestService;
using testing::ElementsAre;
using testing::IsEmpty;

class NoticeJobTest : public testing::Test {
 protected:
  NoticeJobTest() : me(service, service.root()), readiness(service.clock()) {
    service.services().notices = &desk;
    EXPECT_EQ(
        me.own("CreateNotifyChannel", {{"Name", "duty"}, {"Kind", "slack"}, {"URL", "https://hooks.example.com/x"}})
            .status,
        200);
    const std::string chain = me.upload("a.example");
    me.add_domain("a.example");
    EXPECT_EQ(me.bind(chain, "a.example", {{"HTTPS", true}}).status, 200);
    service.clock().advance(std::chrono::days(88));
    // Not a minute around :00 or :30.
    const auto into_hour = service.clock().now().time_since_epoch() % std::chrono::hours(1);
    service.clock().advance(std::chrono::hours(1) - into_hour + std::chrono::minutes(5));
  }
  ~NoticeJobTest() override { service.services().notices = nullptr; }

  std::vector<std::string> reasons() {
    std::vector<std::string> names;
    for (const Reason& reason : readiness.reasons()) names.push_back(reason.name);
    return names;
  }

  TestService service;
  Tenant me;
  service::Readiness readiness;
  std::atomic<int> calls = 0;
  std::atomic<int> status = 200;
  service::NoticeDesk desk{service.services(),
                           {[this](const outgoing::Call&) -> base::Result<outgoing::Answer> {
                              ++calls;
                              return outgoing::Answer{status, "", {}};
                            },
                            {}},
                           [](const std::string&) {}};
};

TEST_F(NoticeJobTest, TellsNothingWhileTheClockIsInDoubt) {
  readiness.begin({std::string(service::reason::kClockJumped), Reason::Kind::kDegraded, "x", "y"});
  NoticeJob::look(desk, readiness, std::stop_token());
  EXPECT_EQ(calls, 0);
  readiness.end(service::reason::kClockJumped);
  NoticeJob::look(desk, readiness, std::stop_token());
  EXPECT_EQ(calls, 1);
}

TEST_F(NoticeJobTest, ReportsAChannelThatFails) {
  status = 500;
  NoticeJob::look(desk, readiness, std::stop_token());
  EXPECT_THAT(reasons(), ElementsAre("notices-failing"));
  status = 200;
  service.clock().advance(std::chrono::minutes(3));
  NoticeJob::look(desk, readiness, std::stop_token());
  EXPECT_EQ(calls, 2);
  EXPECT_THAT(reasons(), IsEmpty());
}

TEST_F(NoticeJobTest, LooksSoonAfterSomethingChanged) {
  const NoticeJob job(desk, readiness);
  desk.poke();
  for (int i = 0; i < 6000 && calls == 0; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(calls, 1) << "within a minute, however busy the machine is";
}

}  // namespace
}  // namespace livecert::app
