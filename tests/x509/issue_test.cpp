#include "x509/issue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "x509/hierarchy.h"

namespace livecert::x509 {
namespace {

using testing::ElementsAre;

TEST(Issue, MakesAChainThatIsAcceptedWithoutAWarning) {
  const Identity root = make_root(authority("Root"));
  const Identity intermediate = make_intermediate(authority("Intermediate"), root);
  const Identity leaf = make_leaf(server({"live.example.com", "*.live.example.com"}), intermediate);
  FixedSource source({root.certificate});
  const auto judgement =
      judge(chain_text({leaf.certificate, intermediate.certificate}), key_text(leaf.key), {.now = test_now()}, source);
  ASSERT_TRUE(judgement);
  ASSERT_TRUE(judgement->accepted) << judgement->report.message();
  EXPECT_TRUE(judgement->report.findings().empty());
  EXPECT_EQ(judgement->accepted->certificates.size(), 2U);
}

TEST(Issue, WritesWhatTheProfileSays) {
  AuthorityProfile profile = authority("Root");
  profile.organization = "Example";
  profile.path_length = 1;
  const Identity root = make_root(profile);
  EXPECT_TRUE(root.certificate.is_ca());
  EXPECT_TRUE(root.certificate.is_self_issued());
  EXPECT_EQ(root.certificate.subject_text(), "O=Example, CN=Root");
  LeafProfile server_profile = server({"a.example.com", "b.example.com"});
  server_profile.ip_addresses = {"192.0.2.7", "2001:db8::1"};
  server_profile.ca_issuers_url = "http://ca.example.com/root.crt";
  const Identity leaf = make_leaf(server_profile, root);
  EXPECT_THAT(leaf.certificate.dns_names(), ElementsAre("a.example.com", "b.example.com"));
  EXPECT_THAT(leaf.certificate.ip_addresses(), ElementsAre("192.0.2.7", "2001:db8::1"));
  EXPECT_THAT(leaf.certificate.ca_issuer_urls(), ElementsAre("http://ca.example.com/root.crt"));
  EXPECT_EQ(leaf.certificate.issuer_text(), "O=Example, CN=Root");
  EXPECT_EQ(leaf.certificate.common_name(), "a.example.com");
  EXPECT_EQ(leaf.certificate.not_before(), before_now(10));
  EXPECT_EQ(leaf.certificate.not_after(), after_now(80));
  EXPECT_EQ(leaf.certificate.key_kind(), KeyKind::kEcP256);
  EXPECT_EQ(leaf.certificate.serial_hex().size(), 32U);
  EXPECT_TRUE(leaf.key.belongs_to(leaf.certificate));
  EXPECT_FALSE(root.key.belongs_to(leaf.certificate));
}

TEST(Issue, RefusesTextThatIsNoAddress) {
  const Identity root = make_root(authority("Root"));
  LeafProfile profile = server({"a.example.com"});
  profile.ip_addresses = {"192.0.2.300"};
  const auto leaf = issue_leaf(profile, root.key, root.as_issuer());
  ASSERT_FALSE(leaf);
  EXPECT_EQ(leaf.error().code, base::ErrorCode::kInvalidInput);
  AuthorityProfile constrained = authority("Root");
  constrained.permitted_ip = {"192.0.2.0/33"};
  EXPECT_FALSE(issue_root(constrained, root.key));
}

TEST(Issue, GeneratesRsaKeysThatSign) {
  const PrivateKey key = *generate_rsa_key(2048);
  EXPECT_EQ(key.bits(), 2048);
  const Certificate leaf = *issue_self_signed_leaf(server({"a.example.com"}), key);
  EXPECT_TRUE(key.belongs_to(leaf));
  FixedSource source;
  const auto judgement = judge(to_pem(leaf), key_text(key), {.now = test_now()}, source);
  ASSERT_TRUE(judgement->accepted) << judgement->report.message();
  EXPECT_TRUE(judgement->report.has("leaf-self-signed"));
}

}  // namespace
}  // namespace livecert::x509
