#include "app/retention_job.h"

#include <thread>

#include <gtest/gtest.h>

#include "support/tenant.h"

namespace livecert::app {
namespace {

using test::leaf_for;
using test::Tenant;
using test::TestService;

class RetentionJobTest : public testing::Test {
 protected:
  RetentionJobTest() : me(service, service.root()) {
    test::Pki::Leaf brief = leaf_for({"a.example"});
    brief.not_after = service.clock().now() + std::chrono::days(3);
    chain = me.upload(brief);
    me.add_domain("a.example");
    EXPECT_EQ(me.bind(chain, "a.example").status, 200);
    EXPECT_EQ(me.bind(me.upload("a.example"), "a.example").status, 200);
    service.clock().advance(std::chrono::days(40));
  }

  TestService service;
  service::Readiness readiness{service.clock()};
  Tenant me;
  std::string chain;
};

TEST_F(RetentionJobTest, RemovesAtTheStartWhatHasExpiredForThatLong) {
  const auto job = RetentionJob::start(service.services(), readiness, std::chrono::days(30));
  ASSERT_NE(job, nullptr);
  // The test's time limit ends this when nothing is removed.
  while (!me.chain(chain).empty()) std::this_thread::yield();
  const auto audit = *service.store().audit(0, 1000);
  EXPECT_EQ(audit.back().action, "Retention");
  EXPECT_EQ(audit.back().subject, chain);
}

// Whether something has expired, only the clock says.
TEST_F(RetentionJobTest, RemovesNothingWhileTheClockIsInDoubt) {
  readiness.begin({std::string(service::reason::kClockJumped), service::Reason::Kind::kDegraded, "It jumped.", ""});
  auto job = RetentionJob::start(service.services(), readiness, std::chrono::days(30));
  // Long enough to remove everything, were it to.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  job.reset();
  EXPECT_FALSE(me.chain(chain).empty());
}

TEST_F(RetentionJobTest, EndsWithoutWaitingForItsHour) {
  auto job = RetentionJob::start(service.services(), readiness, std::chrono::days(38));
  job.reset();
  EXPECT_FALSE(me.chain(chain).empty());
}

TEST_F(RetentionJobTest, IsNoneWhenNothingIsEverRemoved) {
  EXPECT_EQ(RetentionJob::start(service.services(), readiness, std::chrono::days(0)), nullptr);
}

}  // namespace
}  // namespace livecert::app
