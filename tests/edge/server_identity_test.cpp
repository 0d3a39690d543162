#include "edge/proof/server_identity.h"

#include <fstream>
#include <optional>

#include <gtest/gtest.h>

#include "edge/loopback_server.h"

namespace livecert::edge {
namespace {

std::string own_name() {
  std::string name;
  std::getline(std::ifstream("/proc/self/comm"), name);
  return name;
}

std::optional<LoopbackServer> start() {
  return std::optional<LoopbackServer>(std::in_place, [](const LoopbackServer::Connection&) {});
}

TEST(ServerIdentity, IsTheSameAsLongAsTheServerIs) {
  for (const char* const host : {"127.0.0.1", "::1"}) {
    const LoopbackServer server([](const LoopbackServer::Connection&) {}, host);
    const std::string identity = identify_server(server.address(), own_name());
    EXPECT_NE(identity, "") << host;
    EXPECT_EQ(identify_server(server.address(), own_name()), identity) << host;
    EXPECT_NE(identify_server(server.address(), ""), identity) << "the processes count too";
  }
}

TEST(ServerIdentity, IsAnotherOnceSomebodyElseListens) {
  auto server = start();
  Address address = server->address();
  const std::string identity = identify_server(address, "");
  server.reset();
  EXPECT_EQ(identify_server(address, ""), "") << "nobody listens";
  const base::OwnedDescriptor other(listen_at(address, 1));
  EXPECT_NE(identify_server(address, ""), "");
  EXPECT_NE(identify_server(address, ""), identity);
}

TEST(ServerIdentity, IsUnknownWhereNoProcessOfThatNameIsSeen) {
  const auto server = start();
  EXPECT_EQ(identify_server(server->address(), "no-such-server"), "");
}

}  // namespace
}  // namespace livecert::edge
