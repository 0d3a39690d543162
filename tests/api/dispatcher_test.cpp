#include "api/dispatcher.h"

#include <atomic>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "support/faulty_store.h"
#include "support/test_service.h"

namespace livecert::api {
namespace {

using test::TestService;

class DispatcherTest : public testing::Test {
 protected:
  base::Result<http::Answer> dispatch(const domain::Caller& who, const AskedFor& asked,
                                      const std::string& body = "{}") {
    const ExchangePtr exchange = begin_exchange(service_.services(), "here", service_.clock().steady_now());
    exchange->context.deadline = exchange->request.deadline = service_.clock().steady_now() + std::chrono::seconds(5);
    exchange->request.body.assign(body.begin(), body.end());
    return dispatcher_.dispatch(exchange, ProvenCaller::by_possession(who), asked);
  }
  domain::Caller caller(bool is_root) {
    return {*base::AccountId::parse(service_.root_account()), is_root, "by hand", {}};
  }

  TestService service_;
  Dispatcher dispatcher_{service_.services(), service_.answerer(), 2};
};

constexpr AskedFor kListAccounts{"ListAccounts", kOwnVersion, "live"};

TEST_F(DispatcherTest, RunsAnActionWithoutASignatureForACallerWhoProvedItOtherwise) {
  auto answer = dispatch(caller(true), kListAccounts);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(std::move(answer->response).wait().status, 200);
  ASSERT_EQ(service_.access_log().size(), 1U);
  EXPECT_EQ(service_.access_log().back().action, "ListAccounts");
  EXPECT_EQ(service_.access_log().back().user, service_.root_account() + "/by hand");
  EXPECT_EQ(service_.access_log().back().peer_address, "here");
}

TEST_F(DispatcherTest, ChecksPermissionsHoweverTheCallerWasProved) {
  const auto answer = dispatch(caller(false), kListAccounts);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, base::ErrorCode::kActionDenied);
}

TEST_F(DispatcherTest, LimitsHoweverTheCallerWasProved) {
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(dispatch(caller(true), kListAccounts)->turn);
  }
  EXPECT_TRUE(dispatch(caller(true), kListAccounts)->turn);
}

// As if a library threw, which nobody expects.
class ThrowingStore final : public store::testing::ForwardingStore {
 public:
  ThrowingStore(store::Store& inner, const std::atomic<bool>& throws) : ForwardingStore(inner), throws_(throws) {}
  base::Later<store::Outcome> submit(store::Context context, store::Command command) override {
    if (throws_) throw std::out_of_range("thrown by a test");
    return ForwardingStore::submit(std::move(context), std::move(command));
  }

 protected:
  base::Result<void> before_read() override {
    if (throws_) throw std::out_of_range("thrown by a test");
    return {};
  }

 private:
  const std::atomic<bool>& throws_;
};

TEST(Exceptions, EndTheRequestAndNotTheProcess) {
  std::atomic<bool> throws = false;
  TestService service(
      {.wrap_store = [&](store::Store& inner) { return std::make_unique<ThrowingStore>(inner, throws); }});
  const auto pair = service.pki().upload("live.example.com");
  EXPECT_EQ(service.call("ListCertV2", "{}").status, 200);
  throws = true;
  for (const auto& answer : {service.call("ListCertV2", "{}"), service.create_cert(pair)}) {
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.code(), "InternalError");
    EXPECT_EQ(answer.message().find("thrown by a test"), std::string::npos) << "the log has it, the client does not";
  }
  EXPECT_EQ(service.access_log().back().detail, "an exception: thrown by a test");
  throws = false;
  EXPECT_EQ(service.call("ListCertV2", "{}").status, 200);
  EXPECT_EQ(service.create_cert(pair).status, 200);
}

// Metrics keep a name for good, so a client must not make up names.
TEST_F(DispatcherTest, TellsActionsThatThereAreFromOthers) {
  EXPECT_EQ(service_.call("ListAccounts", "{}", std::string(kOwnVersion)).status, 200);
  EXPECT_EQ(service_.access_log().back().known_action, "ListAccounts");
  const auto made_up = service_.call("Q1", "{}", std::string(kOwnVersion));
  EXPECT_EQ(made_up.status, 404);
  EXPECT_EQ(service_.access_log().back().action, "Q1");
  EXPECT_EQ(service_.access_log().back().known_action, "-");
}

TEST_F(DispatcherTest, KnowsAnActionByNameVersionAndService) {
  for (const AskedFor& asked :
       {AskedFor{"ListAccount", kOwnVersion, "live"}, AskedFor{"ListAccounts", "2020-01-01", "live"},
        AskedFor{"ListAccounts", kOwnVersion, "vod"}}) {
    const auto answer = dispatch(caller(true), asked);
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code, base::ErrorCode::kUnknownAction);
  }
}

}  // namespace
}  // namespace livecert::api
