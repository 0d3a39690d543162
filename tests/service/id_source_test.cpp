#include "service/id_source.h"

#include <set>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace livecert::service {
namespace {

class Decision33 : public testing::Test {
 protected:
  test::FakeClock clock{*base::parse_basic_time("20260601T120000Z")};
  crypto::SystemRandom random;
};

TEST_F(Decision33, CertIdsGrowAlsoWhenTheClockStandsStillOrGoesBack) {
  IdSource ids(clock, random, 3);
  base::CertId last = ids.make_cert_id();
  for (int i = 0; i < 10'000; ++i) {
    if (i % 1000 == 0) clock.advance(std::chrono::seconds(i % 2000 == 0 ? -5 : 1));
    const base::CertId next = ids.make_cert_id();
    ASSERT_GT(next, last);
    last = next;
  }
}

TEST_F(Decision33, CertIdsOfTwoNodesAndManyThreadsNeverMeet) {
  IdSource one(clock, random, 0);
  IdSource other(clock, random, 1023);
  std::vector<std::vector<base::CertId>> made(8);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < made.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 2000; ++i) made[t].push_back((t % 2 == 0 ? one : other).make_cert_id());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<base::CertId> all;
  for (const auto& ids : made) all.insert(ids.begin(), ids.end());
  EXPECT_EQ(all.size(), 16'000U);
  EXPECT_GT(all.begin()->number(), 0);
}

TEST_F(Decision33, NamesAndSecretsHaveTheVendorsShape) {
  IdSource ids(clock, random, 0);
  EXPECT_THAT(ids.make_account_id().to_string(), testing::MatchesRegex("21[0-9]{8}"));
  EXPECT_THAT(ids.make_access_key_id(), testing::MatchesRegex("AKLT[A-Za-z0-9]{40}"));
  const base::SecretBytes secret = ids.make_access_secret();
  EXPECT_THAT(std::string(base::as_text(secret.reveal(base::SecretAccess()))),
              testing::MatchesRegex("[A-Za-z0-9+/]{60}"));
  EXPECT_NE(ids.make_chain_id(), ids.make_chain_id());
}

TEST_F(Decision33, ChainIdsAreRandomButForTheTimeAtTheirEnd) {
  IdSource ids(clock, random, 0);
  const std::string one = ids.make_chain_id().to_string();
  const std::string other = ids.make_chain_id().to_string();
  EXPECT_NE(one.substr(0, 20), other.substr(0, 20));
  EXPECT_EQ(one.substr(20), other.substr(20));
  const auto millis = base::to_unix_micros(clock.now()) / 1000;
  EXPECT_EQ(std::stoll(one.substr(20), nullptr, 16), millis);
}

}  // namespace
}  // namespace livecert::service
