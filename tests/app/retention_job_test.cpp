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

// A clock that is wrong at the start may be corrected soon after it, but chains that were removed by then would be
// lost.
TEST_F(RetentionJobTest, RemovesNothingAtTheStart) {
  auto job = RetentionJob::start(service.services(), readiness, {.expired = std::chrono::days(30)});
  ASSERT_NE(job, nullptr);
  // Long enough to remove everything, if it did.
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  job.reset();
  EXPECT_FALSE(me.chain(chain).empty());
}

TEST_F(RetentionJobTest, EndsWithoutWaitingForItsHour) {
  auto job = RetentionJob::start(service.services(), readiness, {.expired = std::chrono::days(38)});
  job.reset();
  EXPECT_FALSE(me.chain(chain).empty());
}

TEST_F(RetentionJobTest, RunsForTheAuditAlone) {
  EXPECT_NE(RetentionJob::start(service.services(), readiness, {.audit = std::chrono::days(1)}), nullptr);
}

TEST_F(RetentionJobTest, IsNoneWhenNothingIsEverRemoved) {
  EXPECT_EQ(RetentionJob::start(service.services(), readiness, {}), nullptr);
}

}  // namespace
}  // namespace livecert::app
