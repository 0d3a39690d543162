#include "app/identity_watch.h"

#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "edge/proof/proof.h"
#include "support/test_service.h"

namespace livecert::app {
namespace {

class Nothing final : public http::Handler {
 public:
  http::Answer handle(http::Request /*request*/) override { return {http::Response()}; }
  http::Response refuse(http::Refusal /*refusal*/, const std::string& /*detail*/,
                        const std::string& /*peer_address*/) override {
    return {};
  }
};

// The bootstrap leaf lives for two years, and services run for longer.
TEST(IdentityWatchTest, RenewsTheBootstrapLeafWithoutARestart) {
  test::TestService service;
  IdentityOptions options;
  options.ca_file = service.directory() / "ca.pem";
  const auto first = choose_identity(service.services(), options);
  ASSERT_TRUE(first) << first.error().message;
  Nothing nothing;
  net::ServerConfig config;
  config.https = net::Endpoint{"127.0.0.1", 0};
  config.identity = tls_identity_of(*first);
  const base::SystemClock clock;
  auto server = net::Server::start(std::move(config), nothing, clock);
  ASSERT_TRUE(server) << server.error().message;

  const auto shows = [&](const service::ServerIdentity& identity) {
    std::vector<x509::Certificate> expected;
    for (const base::Bytes& der : identity.chain_der) expected.push_back(*x509::Certificate::parse(der));
    edge::ProofTarget target;
    target.address = {"127.0.0.1", (*server)->addresses().https->port};
    target.domain = "localhost";
    target.timeout = std::chrono::seconds(20);
    return edge::Prover().prove(target, expected, edge::ProofDepth::kChain).state == edge::Proof::State::kProved;
  };
  EXPECT_TRUE(shows(*first));
  const IdentityWatch watch(service.services(), **server, options, first->chain_der.front());
  service.clock().advance(std::chrono::days(366));
  for (int i = 0; i < 300 && shows(*first); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const auto second = choose_identity(service.services(), options);
  EXPECT_NE(first->chain_der.front(), second->chain_der.front());
  EXPECT_EQ(first->ca_der, second->ca_der);
  EXPECT_TRUE(shows(*second));
}

}  // namespace
}  // namespace livecert::app
