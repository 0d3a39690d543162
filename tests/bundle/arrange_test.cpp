#include "bundle/arrange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bundle/material.h"
#include "x509/pem.h"

namespace livecert::bundle {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Arrange : public testing::Test {
 protected:
  // The files are named 1, 2, ….
  [[nodiscard]] static Arrangement arranged(const std::vector<std::string>& contents) {
    Bundle bundle;
    for (const std::string& content : contents) {
      bundle.files.push_back({std::to_string(bundle.files.size() + 1), content});
    }
    return arrange(read(bundle));
  }
  [[nodiscard]] static std::string leaf_of(const test::PemPair& pair) {
    return pair.certificates.substr(0, pair.certificates.find("-----BEGIN", 10));
  }
  [[nodiscard]] static std::vector<std::string> left_out(const Arrangement& arrangement, LeftOut why) {
    std::vector<std::string> origins;
    for (const LeftOutItem& item : arrangement.left_out) {
      if (item.why == why) origins.push_back(item.origin);
    }
    return origins;
  }

  const Material& m = Material::get();
  const test::PemPair other = m.pki.upload("b.example.net");
};

TEST_F(Arrange, PutsTheLeafFirstAndItsIssuersBehind) {
  const Arrangement found = arranged({m.root, m.key, m.intermediate, m.leaf});
  ASSERT_THAT(found.uploads, SizeIs(1));
  EXPECT_THAT(found.uploads[0].issuers, ElementsAre(m.pki.intermediate(), m.pki.root()));
  EXPECT_EQ(found.uploads[0].leaf_origin, "4");
  EXPECT_EQ(found.uploads[0].key_origin, "2");
}

TEST_F(Arrange, TakesTheKeyThatFitsAndNamesTheOthers) {
  const Arrangement found = arranged({other.key, m.chain, m.key});
  ASSERT_THAT(found.uploads, SizeIs(1));
  EXPECT_EQ(base::as_text(found.uploads[0].private_key), m.key);
  EXPECT_THAT(left_out(found, LeftOut::kOtherKey), ElementsAre("1"));
}

TEST_F(Arrange, LeavesOutCertificatesWithoutAKeyThatIssuedNothing) {
  const Arrangement found = arranged({leaf_of(other), m.chain, m.key});
  ASSERT_THAT(found.uploads, SizeIs(1));
  EXPECT_THAT(found.uploads[0].issuers, ElementsAre(m.pki.intermediate()));
  EXPECT_THAT(left_out(found, LeftOut::kOtherCertificate), ElementsAre("1"));
}

TEST_F(Arrange, LeavesAnUnrelatedAuthorityToTheService) {
  const Arrangement found = arranged({m.foreign_authority() + m.chain, m.key});
  ASSERT_THAT(found.uploads, SizeIs(1));
  ASSERT_THAT(found.uploads[0].issuers, SizeIs(2));
  EXPECT_EQ(found.uploads[0].issuers[0], m.pki.intermediate());
  EXPECT_EQ(found.uploads[0].issuers[1].common_name(), "Foreign");
}

TEST_F(Arrange, LeavesASingleKeyThatFitsNothingToTheService) {
  const Arrangement found = arranged({m.chain, other.key});
  EXPECT_EQ(found.lack, Lack::kNothing);
  ASSERT_THAT(found.uploads, SizeIs(1));
  EXPECT_EQ(base::as_text(found.uploads[0].private_key), other.key);
}

TEST_F(Arrange, SaysWhatIsLacking) {
  EXPECT_EQ(arranged({m.key}).lack, Lack::kCertificate);
  EXPECT_EQ(arranged({m.chain}).lack, Lack::kKey);
  EXPECT_EQ(arranged({m.chain, other.key, m.pki.upload("c.example.net").key}).lack, Lack::kFittingKey);
}

TEST_F(Arrange, MakesAnUploadOfEachLeafThatHasItsKey) {
  const Arrangement found = arranged({m.chain + m.key, other.certificates, other.key});
  ASSERT_THAT(found.uploads, SizeIs(2));
  EXPECT_THAT(found.uploads[0].leaf.dns_names(), ElementsAre("www.example.net"));
  EXPECT_THAT(found.uploads[1].leaf.dns_names(), ElementsAre("b.example.net"));
  for (const Upload& upload : found.uploads) EXPECT_THAT(upload.issuers, ElementsAre(m.pki.intermediate()));
  EXPECT_EQ(base::as_text(found.uploads[1].private_key), other.key);
  EXPECT_THAT(found.left_out, IsEmpty());
}

TEST_F(Arrange, TakesTheLatestOfSeveralForTheSameNames) {
  const base::Time begin = *base::parse_basic_time("20260301T120000Z");
  const test::PemPair old = m.pki.upload(test::Pki::Leaf{.common_name = "www.example.net",
                                                         .dns_names = {"WWW.example.net"},
                                                         .not_before = begin,
                                                         .not_after = begin + std::chrono::days(90)});
  for (const auto& files : {std::vector{old.certificates, old.key, m.chain, m.key},
                            std::vector{m.chain, m.key, old.certificates, old.key}}) {
    const Arrangement found = arranged(files);
    ASSERT_THAT(found.uploads, SizeIs(1));
    EXPECT_EQ(base::as_text(found.uploads[0].private_key), m.key);
    EXPECT_THAT(left_out(found, LeftOut::kOlderCertificate), SizeIs(1));
    EXPECT_THAT(left_out(found, LeftOut::kOtherKey), SizeIs(1));
  }
}

}  // namespace
}  // namespace livecert::bundle
