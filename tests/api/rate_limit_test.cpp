#include <deque>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/rate_limiter.h"
#include "base/check.h"
#include "base/once.h"
#include "support/faulty_store.h"
#include "support/test_service.h"

namespace livecert {
namespace {

using api::RateLimiter;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::TestService;

constexpr base::AccountId kAccount{1};
constexpr base::SteadyTime kWhenever = base::SteadyTime::max();

RateLimiter::Call call_of(std::int64_t account, std::string_view action = "A", std::size_t bytes = 0) {
  return {base::AccountId(account), action, bytes};
}

// Decision 17.
TEST(RateLimiter, NeverGrantsMoreThanTheAllowanceInAnySecond) {
  RateLimiter limiter(10);
  std::mt19937 random(7);
  std::vector<base::SteadyTime> begun;
  std::deque<RateLimiter::Turn> waiting;
  base::SteadyTime now;
  for (int i = 0; i < 5000; ++i) {
    now += milliseconds(random() % 120);
    for (; !waiting.empty() && waiting.front().at <= now; waiting.pop_front()) waiting.front().place->begin();
    const base::SteadyTime latest = now + milliseconds(random() % 4000);
    auto turn = limiter.take_turn(call_of(1), now, latest);
    if (!turn.granted) continue;
    ASSERT_LE(turn.at, std::max(now, latest));
    ASSERT_LE(turn.at, now + seconds(3));
    begun.push_back(turn.at);
    if (turn.place) waiting.push_back(std::move(turn));
  }
  ASSERT_TRUE(std::ranges::is_sorted(begun));
  for (std::size_t i = 10; i < begun.size(); ++i) ASSERT_GE(begun[i] - begun[i - 10], seconds(1));
}

TEST(RateLimiter, GrantsTheWholeAllowanceAtOnceAndAgainExactlyASecondLater) {
  RateLimiter limiter(10);
  base::SteadyTime now;
  const auto granted = [&] { return limiter.take_turn(call_of(1), now, now).granted; };
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(granted());
  EXPECT_FALSE(granted());
  now += milliseconds(999);
  EXPECT_FALSE(granted());
  now += milliseconds(1);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(granted());
  EXPECT_FALSE(granted());
}

TEST(RateLimiter, ASharedTurnCountsInsteadOfWhatThisProcessKnows) {
  RateLimiter limiter(1);
  const base::SteadyTime now;
  EXPECT_EQ(limiter.take_turn(call_of(1), now, kWhenever, now).place, nullptr);
  EXPECT_EQ(limiter.take_turn(call_of(1), now, kWhenever, now).place, nullptr) << "all processes together allow it";
  const auto later = limiter.take_turn(call_of(1), now, kWhenever, now + milliseconds(700));
  EXPECT_EQ(later.at, now + milliseconds(700));
  EXPECT_NE(later.place, nullptr);
  EXPECT_EQ(limiter.take_turn(call_of(1), now, kWhenever, now + milliseconds(300)).at, now + milliseconds(300))
      << "turns may arrive in another order than they were given";
  EXPECT_EQ(limiter.take_turn(call_of(1), now, kWhenever).at, now + milliseconds(1700))
      << "without the others, what was begun here counts";
}

TEST(RateLimiter, AccountsAndActionsDoNotShareAnAllowance) {
  RateLimiter limiter(1);
  const base::SteadyTime now;
  EXPECT_TRUE(limiter.take_turn(call_of(1, "A"), now, now).granted);
  EXPECT_TRUE(limiter.take_turn(call_of(1, "B"), now, now).granted);
  EXPECT_TRUE(limiter.take_turn(call_of(2, "A"), now, now).granted);
  EXPECT_FALSE(limiter.take_turn(call_of(1, "A"), now, now).granted);
}

TEST(RateLimiter, ThirtyWaitTenForEachSecondAndTheNextLearnsWhenItCouldHaveBegun) {
  RateLimiter limiter(10);
  const base::SteadyTime now;
  std::vector<RateLimiter::Turn> turns;
  for (int i = 0; i < 40; ++i) {
    turns.push_back(limiter.take_turn(call_of(1), now, kWhenever));
    EXPECT_TRUE(turns.back().granted);
    EXPECT_EQ(turns.back().at, now + seconds(i / 10));
    EXPECT_EQ(turns.back().place != nullptr, i >= 10) << i;
  }
  const auto refused = limiter.take_turn(call_of(1), now, kWhenever);
  EXPECT_FALSE(refused.granted);
  EXPECT_EQ(refused.at, now + seconds(4));
  // Refused calls do not count: a caller that comes at the time that it was told gets in at once.
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(limiter.take_turn(call_of(1), now, kWhenever).granted);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter.take_turn(call_of(1), refused.at, refused.at).at, refused.at);
}

TEST(RateLimiter, WhoeverCallsOneAtATimeIsNeverRefused) {
  RateLimiter limiter(10);
  base::SteadyTime now;
  for (int i = 0; i < 1000; ++i) {
    const auto turn = limiter.take_turn(call_of(1), now, now + seconds(1));
    ASSERT_TRUE(turn.granted);
    if (turn.place) turn.place->begin();
    now = turn.at + milliseconds(i % 7);
  }
  EXPECT_GE(now - base::SteadyTime(), seconds(99));
}

TEST(RateLimiter, ACallWhoseClientHasGoneGivesItsTurnBack) {
  RateLimiter limiter(10);
  base::SteadyTime now;
  std::vector<RateLimiter::Turn> turns;
  for (int i = 0; i < 40; ++i) turns.push_back(limiter.take_turn(call_of(1), now, kWhenever));
  turns.clear();  // ten have begun, thirty have gone
  now += milliseconds(200);
  // Still no more than ten in any second, together with those that had begun.
  const auto next = limiter.take_turn(call_of(1), now, kWhenever);
  EXPECT_TRUE(next.granted);
  EXPECT_EQ(next.at, base::SteadyTime() + seconds(1));
  next.place->begin();
  now += seconds(2);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limiter.take_turn(call_of(1), now, kWhenever).at, now);
  EXPECT_EQ(limiter.take_turn(call_of(1), now, kWhenever).at, now + seconds(1));
}

TEST(RateLimiter, AnAccountMayKeepOnlySoManyCallsWaitingOverAllActions) {
  RateLimiter limiter(10);
  const base::SteadyTime now;
  std::vector<RateLimiter::Turn> waiting;
  std::size_t refused = 0;
  for (int i = 0; i < 2000; ++i) {
    auto turn = limiter.take_turn(call_of(1, std::string(1, static_cast<char>('A' + i / 40))), now, kWhenever);
    refused += turn.granted ? 0 : 1;
    if (turn.place) waiting.push_back(std::move(turn));
  }
  EXPECT_EQ(waiting.size(), RateLimiter::kMostWaitingOfAccount);
  EXPECT_GT(refused, 0U);
  EXPECT_GE(RateLimiter::kMostWaitingOfAccount, 30U);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.take_turn(call_of(2), now, kWhenever).granted);
  EXPECT_TRUE(limiter.take_turn(call_of(2), now, kWhenever).granted) << "another account waits all the same";
  EXPECT_FALSE(limiter.take_turn(call_of(1, "new"), now, kWhenever).place) << "the last action has begun nothing";
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(limiter.take_turn(call_of(1, "new"), now, kWhenever).granted);
  EXPECT_FALSE(limiter.take_turn(call_of(1, "new"), now, kWhenever).granted);
  waiting.pop_back();
  EXPECT_TRUE(limiter.take_turn(call_of(1, "new"), now, kWhenever).granted) << "a place is free again";
}

TEST(RateLimiter, WhatWaitsIsBoundedInBytesForAnAccountAndOverAll) {
  RateLimiter limiter(1);
  const base::SteadyTime now;
  const auto wait = [&](std::int64_t account, std::size_t bytes) {
    static_cast<void>(limiter.take_turn(call_of(account), now, now));
    return limiter.take_turn(call_of(account, "A", bytes), now, kWhenever);
  };
  auto most = wait(1, RateLimiter::kMostBytesOfAccount);
  ASSERT_TRUE(most.granted);
  EXPECT_FALSE(wait(1, 1).granted);
  most.place.reset();
  EXPECT_TRUE(wait(1, 1).granted);

  std::vector<RateLimiter::Turn> all;
  for (std::int64_t account = 2; all.empty() || all.back().granted; ++account) {
    all.push_back(wait(account, RateLimiter::kMostBytesOfAccount));
    ASSERT_LT(account, 1000);
  }
  EXPECT_EQ(all.size() - 1, RateLimiter::kMostBytes / RateLimiter::kMostBytesOfAccount);
  EXPECT_TRUE(wait(5000, 0).granted) << "what takes no memory may wait";
}

TEST(RateLimiter, WhatWaitsIsBoundedInCallsOverAll) {
  RateLimiter limiter(100);
  const base::SteadyTime now;
  std::vector<RateLimiter::Turn> waiting;
  for (int account = 0; account < 100; ++account) {
    for (int i = 0; i < 200; ++i) {
      auto turn = limiter.take_turn(call_of(account), now, kWhenever);
      if (turn.place) waiting.push_back(std::move(turn));
    }
  }
  EXPECT_EQ(waiting.size(), RateLimiter::kMostWaiting);
}

TEST(RateLimiter, ForgettingIdleAccountsForgetsNobodyWhoCalledWithinASecond) {
  RateLimiter limiter(2);
  base::SteadyTime now;
  for (int account = 0; account < 5000; ++account) {
    now += milliseconds(1);
    EXPECT_EQ(limiter.take_turn(call_of(account), now, now).at, now);
    EXPECT_EQ(limiter.take_turn(call_of(account), now, now).at, now);
    const int recent = std::max(0, account - 900);
    EXPECT_FALSE(limiter.take_turn(call_of(recent), now, now).granted) << account;
  }
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

TEST(FailureBrake, CountsOnlyTheLastTenSeconds) {
  api::FailureBrake brake;
  base::SteadyTime now;
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(brake.note_failure("a", now), now) << i;
    now += milliseconds(501);
  }
}

TEST(FailureBrake, ManyAddressesDoNotMakeItForgetWhoKeepsFailing) {
  api::FailureBrake brake;
  base::SteadyTime now;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(brake.note_failure("a", now), now);
  for (int i = 0; i < 20000; ++i) {
    now += std::chrono::microseconds(10);
    static_cast<void>(brake.note_failure(std::to_string(i), now));
    if (i % 1000 == 0) {
      EXPECT_GT(brake.note_failure("a", now), now) << i;
    }
  }
}

// A call that waits, with its turn and the time when its answer is due.
http::Answer must_wait(TestService& service, const std::string& action, const std::string& body) {
  http::Request request = service.signed_request(action, body);
  request.received = service.clock().steady_now();
  request.deadline = request.received + seconds(4);
  http::Answer answer = service.gateway().handle(std::move(request));
  LIVECERT_CHECK(answer.turn.has_value());
  return answer;
}

TEST(Decision17, WritesAndReadsOverItWaitTheirTurn) {
  TestService service({.rate_limit = 2});
  const test::PemPair pair = service.pki().upload();
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(service.create_cert(pair).waited);
  const auto before = service.clock().steady_now();
  const test::Answer created = service.create_cert(pair);
  EXPECT_EQ(created.status, 200);
  EXPECT_TRUE(created.waited);
  EXPECT_EQ(service.clock().steady_now() - before, seconds(1));

  for (int i = 0; i < 2; ++i) EXPECT_FALSE(service.call("ListCertV2", "{}").waited);
  const test::Answer listed = service.call("ListCertV2", "{}");
  EXPECT_EQ(listed.status, 200);
  EXPECT_TRUE(listed.waited);
}

TEST(Decision17, WhatWouldWaitLongerThanThreeSecondsIsRefusedAndToldTheTrueSeconds) {
  TestService service({.rate_limit = 2});
  for (int i = 0; i < 2; ++i) EXPECT_EQ(service.create_cert({"", ""}).status, 400);
  std::vector<http::Answer> waiting;
  for (int i = 0; i < 6; ++i) waiting.push_back(must_wait(service, "CreateCert", "{}"));
  EXPECT_EQ(waiting.back().turn->at, service.clock().steady_now() + seconds(3));
  service.clock().advance(milliseconds(100));

  const test::Answer refused = service.create_cert({"", ""});
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.code(), "FlowLimitExceeded");
  EXPECT_EQ(refused.code_number(), 100018);
  EXPECT_FALSE(refused.waited);
  EXPECT_EQ(refused.headers.find("Retry-After"), "4") << "3.9 seconds";
  EXPECT_THAT(refused.message(), testing::HasSubstr("4 s"));

  service.clock().advance(seconds(4));
  const test::Answer again = service.create_cert({"", ""});
  EXPECT_EQ(again.status, 400);
  EXPECT_FALSE(again.waited) << "it came when it was told to";
  EXPECT_EQ(again.headers.find("Retry-After"), std::nullopt);
}

TEST(Decision17, CallsWhoseClientsHaveGoneKeepNobodyWaiting) {
  TestService service({.rate_limit = 2});
  for (int i = 0; i < 2; ++i) EXPECT_EQ(service.create_cert({"", ""}).status, 400);
  std::vector<http::Answer> waiting;
  for (int i = 0; i < 6; ++i) waiting.push_back(must_wait(service, "CreateCert", "{}"));
  EXPECT_EQ(service.create_cert({"", ""}).status, 429);
  waiting.clear();
  const auto before = service.clock().steady_now();
  EXPECT_EQ(service.create_cert({"", ""}).status, 400);
  EXPECT_EQ(service.clock().steady_now() - before, seconds(1));
}

TEST(Decision17, TheTimeForTheWorkBeginsWithTheTurnAndNoAnswerIsDueAfterFourAndAHalfSeconds) {
  TestService service({.rate_limit = 1});
  EXPECT_EQ(service.call("BindCert", "{}").status, 400);
  const auto now = service.clock().steady_now();
  const std::string body = R"({"ChainID":"00000000000000000000000000000000","Domain":"a.example.net"})";
  std::vector<http::Answer> waiting;
  for (int i = 1; i <= 3; ++i) {
    waiting.push_back(must_wait(service, "BindCert", body));
    EXPECT_EQ(waiting.back().turn->at, now + seconds(i));
    EXPECT_EQ(waiting.back().turn->deadline, now + milliseconds(4500)) << "four seconds from the turn would be later";
  }
  // The store itself refuses work whose deadline has passed; the first four seconds do not matter.
  service.clock().advance(milliseconds(4100));
  EXPECT_EQ(std::move(waiting.back().response).wait().status, 404);
}

// Begins a commit when the test says so, and then waits for it.
class SlowStore final : public store::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  base::Later<store::Outcome> submit(store::Context context, store::Command command) override {
    auto outcome = inner().submit(std::move(context), std::move(command));
    if (!is_slow) return outcome;
    return Submitted::brought_by([this, outcome = std::move(outcome)](Submitted::Receiver to) mutable {
      begin_commit = [outcome = std::move(outcome), to = std::move(to)]() mutable {
        std::move(to)(std::move(outcome).wait());
      };
    });
  }
  bool is_slow = false;
  base::Once<> begin_commit;

 private:
  using Submitted = base::Later<store::Outcome>;
};

TEST(Decision17, AWriteThatWaitedHoldsNoThreadWhileItCommits) {
  SlowStore* slow = nullptr;
  TestService service({.rate_limit = 1, .wrap_store = [&](store::Store& inner) {
                         auto made = std::make_unique<SlowStore>(inner);
                         slow = made.get();
                         return made;
                       }});
  const test::PemPair pair = service.pki().upload();
  ASSERT_EQ(service.create_cert(pair).status, 200);
  http::Answer answer = must_wait(service, "CreateCert", test::create_cert_body(pair));
  service.clock().advance(seconds(1));
  slow->is_slow = true;
  int status = 0;
  std::move(answer.response).start([&](const http::Response& response) { status = response.status; });
  EXPECT_EQ(status, 0) << "start() came back before the commit";
  ASSERT_TRUE(slow->begin_commit);
  std::move(slow->begin_commit)();
  EXPECT_EQ(status, 200);
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
