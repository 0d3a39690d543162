#include "service/server_identity.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/tenant.h"
#include "support/test_service.h"
#include "x509/issue.h"

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
  EXPECT_THAT(leaf_of(*identity).dns_names(),
              testing::ElementsAre("localhost", "live.volcengineapi.com", "open.volcengineapi.com", "certs.example.net",
                                   "open.byteplusapi.com", "live.byteplusapi.com"));
  EXPECT_TRUE(identity->left_out.empty());
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

TEST(ServerIdentity, NamesAddressesToo) {
  TestService service;
  const std::vector<std::string> names{"192.0.2.7", "2001:db8::7"};
  const auto first = server_identity(service.services(), names);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_THAT(leaf_of(*first).ip_addresses(), testing::ElementsAre("127.0.0.1", "::1", "192.0.2.7", "2001:db8::7"));
  EXPECT_EQ(server_identity(service.services(), names)->chain_der, first->chain_der);
  // The CA is constrained to these addresses too.
  const auto other = server_identity(service.services(), {"192.0.2.8"});
  EXPECT_TRUE(other->replaced_ca);
  EXPECT_NE(other->ca_der, first->ca_der);
}

TEST(ServerIdentity, FewerNamesNeedNoOtherCa) {
  TestService service;
  const auto first = server_identity(service.services(), {"certs.example.net", "192.0.2.7"});
  const auto second = server_identity(service.services(), {"certs.example.net"});
  EXPECT_FALSE(first->replaced_ca);
  EXPECT_FALSE(second->replaced_ca);
  EXPECT_EQ(first->ca_der, second->ca_der);
  EXPECT_NE(first->chain_der.front(), second->chain_der.front());
}

TEST(ServerIdentity, IsMadeAgainWhenItWasMadeWhileTheClockWasAhead) {
  TestService service;
  const auto first = server_identity(service.services(), {});
  service.clock().advance(days(400));
  const auto ahead = server_identity(service.services(), {});
  service.clock().advance(-days(400));
  const auto again = server_identity(service.services(), {});
  EXPECT_NE(again->chain_der.front(), ahead->chain_der.front()) << "nobody accepts that one for over a year";
  EXPECT_LE(leaf_of(*again).not_before(), service.clock().now());
  EXPECT_EQ(again->ca_der, first->ca_der) << "what clients trust stays";
}

TEST(ServerIdentity, StaysWhileTheClockIsBehindEverythingThatCanBe) {
  TestService service;
  const auto first = server_identity(service.services(), {});
  service.clock().advance(-days(365 * 50));
  const auto later = server_identity(service.services(), {});
  EXPECT_EQ(later->chain_der, first->chain_der);
  EXPECT_FALSE(later->replaced_ca);
}

// A machine without a battery begins in 1970, and learns the time after its first start.
TEST(ServerIdentity, OfAFirstStartWithTheClockInThePastIsGoodToday) {
  TestService service;
  service.clock().advance(-days(365 * 50));
  const auto first = server_identity(service.services(), {});
  service.clock().advance(days(365 * 50));
  const auto today = server_identity(service.services(), {});
  EXPECT_EQ(today->ca_der, first->ca_der);
  EXPECT_GT(leaf_of(*today).not_after(), service.clock().now() + days(365));
}

TEST(ServerIdentity, GetsANewCaWhenTheFormerHasEnded) {
  TestService service;
  const auto first = server_identity(service.services(), {});
  service.clock().advance(days(21 * 365));
  const auto second = server_identity(service.services(), {});
  ASSERT_TRUE(second);
  EXPECT_NE(second->ca_der, first->ca_der);
  EXPECT_TRUE(second->replaced_ca);
  EXPECT_TRUE(second->ca_was_over);
  EXPECT_GT(leaf_of(*second).not_after(), service.clock().now());
}

class OwnIdentity : public testing::Test {
 protected:
  TestService service;
  test::Tenant root{service, service.root()};
};

TEST_F(OwnIdentity, IsTheCertificateThatIsBoundToTheDomain) {
  EXPECT_EQ(own_identity(service.services(), "certs.example.net").error().code, base::ErrorCode::kNotFound);
  EXPECT_FALSE(own_binding(service.services(), "certs.example.net")->has_value());
  root.add_domain("certs.example.net");
  ASSERT_EQ(root.bind(root.upload("certs.example.net"), "certs.example.net", {{"HTTPS", true}}).status, 200);
  const auto identity = own_identity(service.services(), "certs.example.net");
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->chain_der.size(), 2U);
  EXPECT_THAT(leaf_of(*identity).dns_names(), testing::ElementsAre("certs.example.net"));
  EXPECT_TRUE(own_binding(service.services(), "certs.example.net")->has_value());
}

// Whoever binds it knows its private key.
TEST_F(OwnIdentity, IsNeverTheCertificateOfAnotherAccount) {
  const signature::Credentials credentials = service.new_account("other");
  const test::Tenant other(service, credentials);
  other.add_domain("certs.example.net");
  ASSERT_EQ(other.bind(other.upload("certs.example.net"), "certs.example.net", {{"HTTPS", true}}).status, 200);
  EXPECT_EQ(own_identity(service.services(), "certs.example.net").error().code, base::ErrorCode::kNotFound);
}

// Edges serve neither.
TEST_F(OwnIdentity, IsNoCertificateOfADomainThatIsSwitchedOff) {
  root.add_domain("certs.example.net");
  const std::string chain = root.upload("certs.example.net");
  ASSERT_EQ(root.bind(chain, "certs.example.net", {{"HTTPS", false}}).status, 200);
  EXPECT_FALSE(own_binding(service.services(), "certs.example.net")->has_value());
  ASSERT_EQ(root.bind(chain, "certs.example.net", {{"HTTPS", true}}).status, 200);
  EXPECT_TRUE(own_binding(service.services(), "certs.example.net")->has_value());
  ASSERT_EQ(root.live("DisableDomain", {{"Domain", "certs.example.net"}}).status, 200);
  EXPECT_FALSE(own_binding(service.services(), "certs.example.net")->has_value());
}

TEST_F(OwnIdentity, IsNoCertificateThatHasEnded) {
  root.add_domain("certs.example.net");
  ASSERT_EQ(root.bind(root.upload("certs.example.net"), "certs.example.net", {{"HTTPS", true}}).status, 200);
  service.clock().advance(days(91));
  EXPECT_EQ(own_identity(service.services(), "certs.example.net").error().code, base::ErrorCode::kNotFound);
}

TEST(ServerIdentity, OtherNamesMakeAnotherCaSinceTheFirstIsConstrained) {
  TestService service;
  const auto first = server_identity(service.services(), {});
  const auto second = server_identity(service.services(), {"certs.example.net"});
  EXPECT_NE(first->ca_der, second->ca_der);
}

// A store whose CA may issue only for these names, as an earlier release made it.
void put_ca(TestService& service, const std::vector<std::string>& dns_names) {
  x509::AuthorityProfile profile;
  profile.common_name = "an earlier CA";
  profile.not_before = service.clock().now();
  profile.not_after = service.clock().now() + days(3650);
  profile.permitted_dns = dns_names;
  profile.permitted_ip = {"127.0.0.1/32", "::1/128"};
  const x509::PrivateKey key = *x509::generate_ec_p256_key();
  const x509::Certificate certificate = *x509::issue_root(profile, key);
  const auto sealed = service.services().vault.seal_own("tls ca key", key.pkcs8(base::SecretAccess()));
  store::Context context;
  context.deadline = base::SteadyTime::max();
  for (const auto& [name, value] :
       {std::pair{"tls ca key", sealed->bytes}, std::pair{"tls ca certificate", base::to_bytes(certificate.der())}}) {
    ASSERT_EQ(service.store().submit(context, store::PutSetting{name, value}).wait().kind, store::OutcomeKind::kDone);
  }
}

const std::vector<std::string> kEarlierNames{"localhost", "live.volcengineapi.com", "open.volcengineapi.com"};

TEST(ServerIdentity, ACaThatClientsTrustStaysThoughItMayNotIssueForTheLaterNames) {
  TestService service;
  put_ca(service, kEarlierNames);
  const auto kept_ca = service.store().ask(&store::Snapshot::find_setting, "tls ca certificate");
  const auto first = server_identity(service.services(), {});
  ASSERT_TRUE(first) << first.error().detail;
  EXPECT_EQ(first->ca_der, **kept_ca);
  EXPECT_EQ(leaf_of(*first).dns_names(), kEarlierNames);
  EXPECT_THAT(first->left_out, testing::ElementsAre("open.byteplusapi.com", "live.byteplusapi.com"));
  EXPECT_EQ(server_identity(service.services(), {})->chain_der, first->chain_der) << "and so does the certificate";
}

TEST(ServerIdentity, LaterNamesAreTakenUpUnderACaThatMayIssueForThem) {
  TestService service;
  put_ca(service, {"localhost", "volcengineapi.com", "byteplusapi.com"});
  const auto identity = server_identity(service.services(), {});
  EXPECT_THAT(leaf_of(*identity).dns_names(), testing::Contains("open.byteplusapi.com"));
  EXPECT_THAT(leaf_of(*identity).dns_names(), testing::Contains("live.byteplusapi.com"));
  EXPECT_TRUE(identity->left_out.empty());
}

TEST(ServerIdentity, LaterNamesThatTheOperatorAsksForMakeANewCa) {
  TestService service;
  put_ca(service, kEarlierNames);
  const auto kept_ca = service.store().ask(&store::Snapshot::find_setting, "tls ca certificate");
  const auto identity = server_identity(service.services(), {"open.byteplusapi.com", "localhost"});
  EXPECT_NE(identity->ca_der, **kept_ca);
  EXPECT_THAT(leaf_of(*identity).dns_names(),
              testing::ElementsAre("localhost", "live.volcengineapi.com", "open.volcengineapi.com",
                                   "open.byteplusapi.com", "live.byteplusapi.com"))
      << "each once";
}

TEST(ServerIdentity, KeysAreSealedInTheStore) {
  TestService service;
  const auto identity = server_identity(service.services(), {});
  const base::ByteView key = identity->private_key_pkcs8.reveal(base::SecretAccess());
  for (const char* name : {"tls key", "tls ca key"}) {
    const auto kept = service.store().ask(&store::Snapshot::find_setting, name);
    ASSERT_TRUE(kept && kept->has_value()) << name;
    EXPECT_TRUE(std::ranges::search(**kept, key.subspan(key.size() / 2, 16)).empty());
  }
}

}  // namespace
}  // namespace livecert::service
