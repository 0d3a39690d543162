#include <array>
#include <cstdio>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "x509/corpus.h"
#include "x509/dns_name.h"
#include "x509/hierarchy.h"
#include "x509/key_reading.h"
#include "x509/key_templates.h"
#include "x509/name_fields.h"
#include "x509/pem_scanner.h"

namespace livecert::x509 {
namespace {

using base::as_bytes;
using base::as_text;
using testing::HasSubstr;
using testing::Not;

Certificate corpus_leaf(const std::string& name) {
  const auto blocks = scan_pem(load_case(name).certificates_pem, 1);
  return *Certificate::parse(blocks.front().der);
}

TEST(Pem, RoundTripsACertificate) {
  const Certificate leaf = corpus_leaf("good-ecdsa-p256");
  const std::string text = to_pem(leaf);
  EXPECT_TRUE(load_case("good-ecdsa-p256").certificates_pem.starts_with(text));
  const auto blocks = scan_pem(text, 5);
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_TRUE(std::ranges::equal(blocks.front().der, leaf.der()));
}

TEST(Pem, RoundTripsAKey) {
  const PrivateKey key = *generate_ec_p256_key();
  const auto text = to_pem(key, base::SecretAccess());
  const auto blocks = scan_pem(as_text(text), 5);
  ASSERT_EQ(blocks.size(), 1U);
  EXPECT_EQ(blocks.front().label, "PRIVATE KEY");
  const auto pkcs8 = key.pkcs8(base::SecretAccess());
  EXPECT_TRUE(std::ranges::equal(blocks.front().der, pkcs8.reveal(base::SecretAccess())));
}

TEST(PemScanner, KeepsPaddingRules) {
  const auto state_of = [](const std::string& body) {
    return scan_pem("-----BEGIN X-----\n" + body + "\n-----END X-----\n", 1).front().state;
  };
  EXPECT_EQ(state_of("Zm9v"), PemState::kDecoded);
  EXPECT_EQ(state_of("Zm8="), PemState::kDecoded);
  EXPECT_EQ(state_of("Zg==\n\n"), PemState::kDecoded);
  EXPECT_EQ(state_of("Zm8=Zm8="), PemState::kBadBase64);
  EXPECT_EQ(state_of("Zm9="), PemState::kBadBase64);
  EXPECT_EQ(state_of("Zg="), PemState::kBadBase64);
  EXPECT_EQ(state_of("Z==="), PemState::kBadBase64);
  EXPECT_EQ(state_of("===="), PemState::kBadBase64);
  EXPECT_EQ(state_of("Zm9vZ"), PemState::kBadBase64);
  EXPECT_EQ(state_of(""), PemState::kBadBase64);
  EXPECT_EQ(state_of("Zm9v\\"), PemState::kBadBase64);
}

TEST(PemScanner, TakesBlanksBetweenAnyTwoCharacters) {
  const std::string base64 = "AAEC/f7/ZG8=";
  const base::Bytes bytes{0x00, 0x01, 0x02, 0xFD, 0xFE, 0xFF, 'd', 'o'};
  for (const char* blank : {"\n", "\r\n", " \t", "\\n", "\\r\\n"}) {
    for (std::size_t i = 0; i <= base64.size(); ++i) {
      std::string text = base64;
      text.insert(i, blank);
      const auto blocks = scan_pem("-----BEGIN X-----" + text + "-----END X-----", 1);
      ASSERT_EQ(blocks.front().state, PemState::kDecoded) << text;
      EXPECT_TRUE(std::ranges::equal(blocks.front().der, bytes)) << text;
    }
  }
}

TEST(PemScanner, RefusesAForeignCharacterAnywhere) {
  const std::string base64 = "AAEC/f7/ZG9v";
  for (const char foreign : {'-', '_', '.', '\\', '\0', '\x80', '\xFF'}) {
    for (std::size_t i = 0; i < base64.size(); ++i) {
      std::string text = base64;
      text[i] = foreign;
      const auto blocks = scan_pem("-----BEGIN X-----" + text + "-----END X-----", 1);
      EXPECT_EQ(blocks.front().state, PemState::kBadBase64) << i << " " << foreign;
      EXPECT_TRUE(blocks.front().der.empty());
    }
  }
}

TEST(PemScanner, StopsAtItsLimitAndAtTheEnd) {
  std::string text;
  for (int i = 0; i < 10; ++i) text += "-----BEGIN X-----\nZm9v\n-----END X-----\n";
  EXPECT_EQ(scan_pem(text, 3).size(), 3U);
  EXPECT_EQ(scan_pem(text, 100).size(), 10U);
  EXPECT_TRUE(scan_pem("-----BEGIN ", 3).empty());
  EXPECT_TRUE(scan_pem("-----BEGIN X", 3).empty());
  EXPECT_EQ(scan_pem("-----BEGIN X-----", 3).front().state, PemState::kUnterminated);
  EXPECT_EQ(scan_pem("-----BEGIN X-----\nZm9v\n-----BEGIN X-----\nZm9v\n-----END X-----", 3).front().state,
            PemState::kUnterminated);
}

TEST(Certificate, ShowsItsNames) {
  const Certificate leaf = corpus_leaf("good-chinese-subject");
  EXPECT_EQ(leaf.subject_text(), "O=直播, CN=live.example.com");
  EXPECT_EQ(leaf.issuer_text(), "O=Test, CN=Authority I");
  EXPECT_EQ(leaf.common_name(), "live.example.com");
}

TEST(Certificate, EscapesControlCharactersInNames) {
  LeafProfile profile = server({"live.example.com"});
  profile.common_name = "evil\nname\x01";
  const Identity leaf = make_leaf(profile, make_root(authority("Root")));
  EXPECT_THAT(leaf.certificate.subject_text(), Not(HasSubstr("\n")));
  EXPECT_EQ(leaf.certificate.common_name(), "evil\\0Aname\\01");
}

// Such characters turn the text around them, so that a name looks like another one.
TEST(Certificate, EscapesBidirectionalControlsInNames) {
  LeafProfile profile = server({"live.example.com"});
  profile.common_name = "live\u202Emoc.elpmaxe\u2069";
  const Identity leaf = make_leaf(profile, make_root(authority("Root\u200F")));
  EXPECT_EQ(leaf.certificate.common_name(), "live\\E2\\80\\AEmoc.elpmaxe\\E2\\81\\A9");
  EXPECT_EQ(leaf.certificate.subject_text(), "CN=live\\E2\\80\\AEmoc.elpmaxe\\E2\\81\\A9");
  EXPECT_THAT(leaf.certificate.issuer_text(), HasSubstr("CN=Root\\E2\\80\\8F"));
}

TEST(Certificate, RefusesBytesAroundIt) {
  const Certificate leaf = corpus_leaf("good-ecdsa-p256");
  base::Bytes der = base::to_bytes(leaf.der());
  der.push_back(0);
  EXPECT_THAT(Certificate::parse(der).error().message, HasSubstr("1 bytes follow"));
  EXPECT_FALSE(Certificate::parse({}));
  EXPECT_FALSE(Certificate::parse(as_bytes("certificate")));
}

TEST(Certificate, IsReadUpToSoManyParts) {
  const Certificate leaf = corpus_leaf("good-ecdsa-p256");
  EXPECT_GT(leaf.parts(), 50U);
  EXPECT_LT(leaf.parts(), 1000U);
  EXPECT_TRUE(Certificate::parse(leaf.der(), leaf.parts()));
  EXPECT_EQ(Certificate::parse(leaf.der(), leaf.parts() - 1).error().code, base::ErrorCode::kOutOfRange);
  EXPECT_EQ(Certificate::parse(leaf.der(), 10).error().code, base::ErrorCode::kOutOfRange);
}

TEST(Certificate, HasATextOfALongNameThatIsCut) {
  const std::string text = corpus_leaf("good-name-long").issuer_text();
  EXPECT_TRUE(text.starts_with("OU=Unit 1, OU=Unit 2, OU=Unit 3, ")) << text;
  EXPECT_THAT(text, HasSubstr(", OU=Unit 16, "));
  EXPECT_EQ(text.size(), 203U);
  EXPECT_TRUE(text.ends_with("..."));
}

TEST(Certificate, DigestIsTheFingerprint) {
  const Certificate leaf = corpus_leaf("good-ecdsa-p256");
  const Certificate again = *Certificate::parse(leaf.der());
  EXPECT_EQ(leaf, again);
  EXPECT_EQ(leaf.sha256(), again.sha256());
  EXPECT_NE(leaf, corpus_leaf("good-rsa-2048"));
}

TEST(ContentDigest, LeavesOutTheRootAndNothingElse) {
  const Identity root = make_root(authority("Root"));
  const Identity intermediate = make_intermediate(authority("Intermediate"), root);
  const Identity leaf = make_leaf(server({"live.example.com"}), intermediate);
  const auto digest = content_digest({leaf.certificate, intermediate.certificate});
  EXPECT_EQ(digest, content_digest({leaf.certificate, intermediate.certificate, root.certificate}));
  EXPECT_NE(digest, content_digest({leaf.certificate}));
  EXPECT_NE(digest, content_digest({intermediate.certificate, leaf.certificate}));
  // A self-signed leaf counts.
  const Certificate self = *issue_self_signed_leaf(server({"live.example.com"}), leaf.key);
  EXPECT_NE(content_digest({self}), content_digest({}));
}

TEST(PrivateKey, ReadsBackWhatItWrites) {
  const PrivateKey key = *generate_rsa_key(2048);
  const auto pkcs8 = key.pkcs8(base::SecretAccess());
  const auto again = PrivateKey::parse_pkcs8(pkcs8.reveal(base::SecretAccess()));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->kind(), KeyKind::kRsa);
  EXPECT_EQ(again->bits(), 2048);
  EXPECT_TRUE(std::ranges::equal(again->pkcs8(base::SecretAccess()).reveal(base::SecretAccess()),
                                 pkcs8.reveal(base::SecretAccess())));
  EXPECT_FALSE(PrivateKey::parse_pkcs8(as_bytes("key")));
}

// A PKCS#8 key of RSA with another outer length, in two bytes.
base::Bytes with_outer_length(base::Bytes der) {
  const std::size_t length = der.size() - 4;
  der[2] = static_cast<std::uint8_t>(length >> 8U);
  der[3] = static_cast<std::uint8_t>(length);
  return der;
}

TEST(PrivateKey, KeepsOneFormOfAnRsaKeyHoweverItIsWrapped) {
  const PrivateKey key = *generate_rsa_key(2048);
  const auto pkcs8 = key.pkcs8(base::SecretAccess());
  const base::Bytes plain = base::to_bytes(pkcs8.reveal(base::SecretAccess()));
  const std::size_t null_at = 20;  // SEQUENCE, version, SEQUENCE, OID
  ASSERT_EQ(plain[null_at], V_ASN1_NULL);
  base::Bytes without_null = plain;
  without_null[8] = 11;
  without_null.erase(without_null.begin() + null_at, without_null.begin() + null_at + 2);
  base::Bytes with_attributes = plain;
  with_attributes.insert(with_attributes.end(), {0xA0, 0x00});

  for (const base::Bytes& form : {plain, with_outer_length(without_null), with_outer_length(with_attributes)}) {
    const auto read = PrivateKey::parse_pkcs8(form);
    ASSERT_TRUE(read) << read.error().message;
    const auto kept = read->pkcs8(base::SecretAccess());
    EXPECT_TRUE(std::ranges::equal(kept.reveal(base::SecretAccess()), plain));
  }
  const base::ByteView inner = base::ByteView(plain).subspan(null_at + 2 + 4);
  const KeyReading read = read_private_key(KeyEncoding::kPkcs1, inner);
  ASSERT_TRUE(std::holds_alternative<PrivateKey>(read));
  const auto kept = std::get<PrivateKey>(read).pkcs8(base::SecretAccess());
  EXPECT_TRUE(std::ranges::equal(kept.reveal(base::SecretAccess()), plain));
}

TEST(PrivateKey, RefusesEveryDamagedByteOfAnRsaKey) {
  const PrivateKey key = *generate_rsa_key(2048);
  const auto pkcs8 = key.pkcs8(base::SecretAccess());
  const auto bytes = pkcs8.reveal(base::SecretAccess());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    base::WipedBuffer damaged(bytes.begin(), bytes.end());
    damaged[i] ^= 1;
    EXPECT_FALSE(PrivateKey::parse_pkcs8(damaged)) << "byte " << i;
  }
}

// Numbers in another spelling than DER's: negative, padded, with a long length. OpenSSL's templates read all of them.
TEST(KeyTemplates, ReadOneSpellingOnly) {
  const auto sequence_of = [](const base::Bytes& first) {
    base::Bytes body = first;
    for (int i = 0; i < 24; ++i)
      body.push_back(std::array<std::uint8_t, 3>{0x02, 0x01, 0x05}[static_cast<std::size_t>(i % 3)]);
    base::Bytes der(2 + body.size(), 0x30);
    der[1] = static_cast<std::uint8_t>(body.size());
    std::ranges::copy(body, der.begin() + 2);
    return der;
  };
  EXPECT_TRUE(decode_key<RsaPrivateKeyAsn1>(sequence_of({0x02, 0x01, 0x00})));
  EXPECT_TRUE(decode_key<RsaPrivateKeyAsn1>(sequence_of({0x02, 0x02, 0x00, 0x80})));
  const base::Bytes good = sequence_of({0x02, 0x01, 0x00});
  for (const base::Bytes& number : {base::Bytes{0x02, 0x02, 0x00, 0x01}, base::Bytes{0x02, 0x81, 0x01, 0x01},
                                    base::Bytes{0x22, 0x03, 0x02, 0x01, 0x01}, base::Bytes{0x02, 0x00}}) {
    EXPECT_FALSE(decode_key<RsaPrivateKeyAsn1>(sequence_of(number))) << base::to_hex(number);
    base::Bytes second = good;  // the modulus
    second.erase(second.begin() + 5, second.begin() + 8);
    second.insert(second.begin() + 5, number.begin(), number.end());
    second[1] = static_cast<std::uint8_t>(second.size() - 2);
    EXPECT_FALSE(decode_key<RsaPrivateKeyAsn1>(second)) << base::to_hex(second);
  }
  base::Bytes negative = good;
  negative[7] = 0x85;
  EXPECT_FALSE(decode_key<RsaPrivateKeyAsn1>(negative));
  base::Bytes indefinite = good;
  indefinite[1] = 0x80;
  indefinite.insert(indefinite.end(), {0x00, 0x00});
  EXPECT_FALSE(decode_key<RsaPrivateKeyAsn1>(indefinite));
  base::Bytes trailing = good;
  trailing.push_back(0);
  EXPECT_FALSE(decode_key<RsaPrivateKeyAsn1>(trailing));
}

TEST(RootSet, FindsIssuersByName) {
  const Identity root = make_root(authority("Root"));
  const Identity other = make_root(authority("Other"));
  const RootSet roots({root.certificate, other.certificate});
  const Identity leaf = make_leaf(server({"live.example.com"}), other);
  EXPECT_TRUE(roots.contains(root.certificate));
  EXPECT_FALSE(roots.contains(leaf.certificate));
  EXPECT_THAT(roots.issuers_of(leaf.certificate), testing::ElementsAre(other.certificate));
}

TEST(RootSet, LoadsABundleAndSaysWhatIsWrongWithOne) {
  const std::string path = testing::TempDir() + "/livecert_roots.pem";
  std::ofstream(path) << load_case("good-root-at-the-end").certificates_pem << "-----BEGIN CERTIFICATE-----\n?\n";
  EXPECT_EQ(RootSet::load_file(path)->size(), 3U);
  std::ofstream(path) << "nothing";
  EXPECT_EQ(RootSet::load_file(path).error().code, base::ErrorCode::kConfiguration);
  std::remove(path.c_str());
  EXPECT_THAT(RootSet::load_file(path).error().message, HasSubstr(path));
}

TEST(DnsName, IsJudgedByItsLabels) {
  for (const char* name : {"example.com", "EXAMPLE.com", "*.example.com", "a", "_x.example.com",
                           "xn--bcher-kva.example", "1.example.com"}) {
    EXPECT_EQ(judge_dns_name(name), DnsNameState::kGood) << name;
  }
  for (const char* name : {"*", "*.com", "*.localhost"}) {
    EXPECT_EQ(judge_dns_name(name), DnsNameState::kBroadWildcard) << name;
  }
  const std::string long_label(64, 'a');
  const std::string long_name =
      std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + "." + std::string(63, 'd');
  for (const std::string& name :
       {std::string(), std::string("."), std::string("a."), std::string(".a"), std::string("a..b"),
        std::string("1.2.3.4"), std::string("a b"), std::string("bücher.de"), std::string("-a.com"),
        std::string("a-.com"), std::string("*a.example.com"), std::string("**.example.com"), std::string("a.*.com"),
        long_label, long_name}) {
    EXPECT_EQ(judge_dns_name(name), DnsNameState::kMalformed) << name;
  }
}

TEST(ValidationReport, CountsErrorsBeyondItsLimit) {
  ValidationReport report;
  for (std::size_t i = 0; i < ValidationReport::kMaxFindings; ++i) {
    report.add({Severity::kWarning, "w", Part::kUpload, 0, "m", "r"});
  }
  EXPECT_FALSE(report.has_errors());
  report.add({Severity::kError, "e", Part::kUpload, 0, "m", "r"});
  EXPECT_TRUE(report.has_errors());
}

TEST(NameFields, AreTheFirstOfEachAttributeAndTheLastCommonName) {
  const Identity root = make_root(authority("Root of the fields"));
  const Identity leaf = make_leaf(server({"a.example.net"}), root);
  EXPECT_EQ(subject_fields(leaf.certificate).common_name, "a.example.net");
  EXPECT_EQ(issuer_fields(leaf.certificate), subject_fields(root.certificate));
  EXPECT_EQ(issuer_fields(leaf.certificate).common_name, "Root of the fields");
  EXPECT_EQ(issuer_fields(leaf.certificate).country, "");
}

TEST(NameFields, ReadEveryAttributeThatMonitorsShow) {
  // C=CN, ST=Zhejiang, L=Hangzhou, O=Example, OU=Live, OU=Second, CN=one, CN=two
  constexpr const char* kPem =
      "-----BEGIN CERTIFICATE-----\n"
      "MIICWTCCAf+gAwIBAgIUDcO1RAeYqMriRxNclb/cgj+VYE0wCgYIKoZIzj0EAwIw\n"
      "gYExCzAJBgNVBAYTAkNOMREwDwYDVQQIDAhaaGVqaWFuZzERMA8GA1UEBwwISGFu\n"
      "Z3pob3UxEDAOBgNVBAoMB0V4YW1wbGUxDTALBgNVBAsMBExpdmUxDzANBgNVBAsM\n"
      "BlNlY29uZDEMMAoGA1UEAwwDb25lMQwwCgYDVQQDDAN0d28wHhcNMjYxMTMwMDM1\n"
      "ODE2WhcNMzYxMTI3MDM1ODE2WjCBgTELMAkGA1UEBhMCQ04xETAPBgNVBAgMCFpo\n"
      "ZWppYW5nMREwDwYDVQQHDAhIYW5nemhvdTEQMA4GA1UECgwHRXhhbXBsZTENMAsG\n"
      "A1UECwwETGl2ZTEPMA0GA1UECwwGU2Vjb25kMQwwCgYDVQQDDANvbmUxDDAKBgNV\n"
      "BAMMA3R3bzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABFLA/PAxQ9dHYKjasRms\n"
      "bBmygd88yfMyaYyV6VNVaNvToAkedAhGQHmreL7tdN74ArGpzHz0beq+6KdD74et\n"
      "SI6jUzBRMB0GA1UdDgQWBBT1KzWyREdkQhxHVeyKiruoY82WXzAfBgNVHSMEGDAW\n"
      "gBT1KzWyREdkQhxHVeyKiruoY82WXzAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49\n"
      "BAMCA0gAMEUCIDcr5QiTURYZtKtD2z5cjlYRjPuNMFGohxDu4xnMZdGMAiEAkGJq\n"
      "2iU1pKJF1ohG5gCkp4J3xDN8BqKey8BmItMv9EY=\n"
      "-----END CERTIFICATE-----\n";
  const NameFields fields = subject_fields(*Certificate::parse(scan_pem(kPem, 1).front().der));
  EXPECT_EQ(fields, (NameFields{"CN", "Zhejiang", "Hangzhou", "Example", "Live", "two"}));
}

TEST(NameFields, GiveSerialNumbersInDecimalDigits) {
  const Certificate leaf = corpus_leaf("good-ecdsa-p256");
  const std::string hex = leaf.serial_hex();
  BIGNUM* number = nullptr;
  ASSERT_GT(BN_dec2bn(&number, serial_decimal(leaf).c_str()), 0);
  char* const back = BN_bn2hex(number);
  EXPECT_STRCASEEQ(back, hex.size() % 2 == 0 ? hex.c_str() : ("0" + hex).c_str());
  OPENSSL_free(back);
  BN_free(number);
}

}  // namespace
}  // namespace livecert::x509
