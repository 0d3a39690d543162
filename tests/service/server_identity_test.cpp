#include "service/server_identity.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_service.h"

namespace livecert::service {
namespace {

using std::chrono::days;
using test::TestService;

x509::Certificate leaf_of(const ServerIdentity& identity) {
  return *x509::Certificate::parse(identity.chain_der.front());
}

TEST(Decision32, NamesLoopbackAndTheVendorsHosts) {
  TestService service;
  const auto identity = server_identity(service.services(), {"certs.example.net"});
  ASSERT_TRUE(identity) << identity.error().detail;
  EXPECT_THAT(leaf_of(*identity).dns_names(), testing::ElementsAre("localhost", "live.volcengineapi.com",
                                                                   "open.volcengineapi.com", "certs.example.net"));
  EXPECT_THAT(leaf_of(*identity).ip_addresses(), testing::Contains("127.0.0.1"));
}

TEST(ServerIdentity, IsKeptFromOneStartToTheNext) {
  TestService service;
  const auto first = server_identity(service.services(), {});
  const auto second = server_identity(service.services(), {});
  EXPECT_EQ(first->chain_der, second->chain_der);
}

TEST(ServerIdentity, IsRenewedUnderTheSameCaWhenHalfItsTimeIsGone) {
  TestService service;
  const auto first = server_identity(service.services(), {});
  service.clock().advance(days(366));
  const auto second = server_identity(service.services(), {});
  EXPECT_NE(first->chain_der.front(), second->chain_der.front());
  EXPECT_EQ(first->ca_der, second->ca_der);
}

TEST(ServerIdentity, OtherNamesMakeAnotherCaSinceTheFirstIsConstrained) {
  TestService service;
  const auto first = server_identity(service.services(), {});
  const auto second = server_identity(service.services(), {"certs.example.net"});
  EXPECT_NE(first->ca_der, second->ca_der);
}

TEST(ServerIdentity, KeysAreSealedInTheStore) {
  TestService service;
  const auto identity = server_identity(service.services(), {});
  const base::ByteView key = identity->private_key_pkcs8.reveal(base::SecretAccess());
  for (const char* name : {"tls key", "tls ca key"}) {
    const auto kept = service.store().find_setting(name);
    ASSERT_TRUE(kept && kept->has_value()) << name;
    EXPECT_TRUE(std::ranges::search(**kept, key.subspan(key.size() / 2, 16)).empty());
  }
}

}  // namespace
}  // namespace livecert::service
