#include "cli/pem_bundle.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/pki.h"
#include "support/temporary_directory.h"
#include "x509/pem.h"

namespace livecert::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Without blank lines, which sorting may leave.
std::string squeezed(std::string text) {
  for (std::size_t at = 0; (at = text.find("\n\n")) != std::string::npos;) text.erase(at, 1);
  return text;
}

std::string with_crlf(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += 2) text.insert(at, 1, '\r');
  return text;
}

class SortPem : public testing::Test {
 protected:
  // The texts are named 1, 2, ….
  [[nodiscard]] static base::Result<PemPair> sort(const std::vector<std::string>& contents) {
    std::vector<PemText> texts;
    for (const std::string& content : contents) {
      texts.push_back({std::to_string(texts.size() + 1), {content.begin(), content.end()}});
    }
    return sort_pem(texts);
  }
  [[nodiscard]] static std::string sorted(const std::vector<std::string>& contents) {
    const auto pair = sort(contents);
    return pair ? std::string(base::as_text(pair->certificates)) : pair.error().message;
  }
  [[nodiscard]] static std::string leaf_of(const test::PemPair& pair) {
    return pair.certificates.substr(0, pair.certificates.find("-----BEGIN", 10));
  }

  const test::Pki pki{*base::parse_basic_time("20260601T120000Z")};
  const test::PemPair pair = pki.upload("a.example.net");
  const test::PemPair other = pki.upload("b.example.net");
  const std::string leaf = leaf_of(pair);
  const std::string intermediate = x509::to_pem(pki.intermediate());
  const std::string root = x509::to_pem(pki.root());
};

TEST_F(SortPem, PutsTheLeafFirstAndItsIssuersBehind) {
  const std::string right = leaf + intermediate + root;
  EXPECT_EQ(squeezed(sorted({root, pair.key, intermediate, leaf})), right);
  EXPECT_EQ(squeezed(sorted({"text\n" + intermediate + pair.key + root + leaf})), right);
  EXPECT_EQ(squeezed(sorted({leaf + pair.key, intermediate})), leaf + intermediate);
}

TEST_F(SortPem, KnowsTheLeafByItsKeyAmongSeveral) {
  EXPECT_EQ(squeezed(sorted({leaf_of(other), leaf, intermediate, pair.key})), leaf + intermediate + leaf_of(other))
      << "what fits nowhere stands at the end";
}

TEST_F(SortPem, TellsTheNamesOfTheLeaf) {
  EXPECT_THAT(sort({intermediate, leaf, pair.key})->dns_names, ElementsAre("a.example.net"));
}

TEST_F(SortPem, LeavesWhatIsBrokenToTheService) {
  EXPECT_THAT(sorted({"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", pair.key}), HasSubstr("AAAA"));
  EXPECT_THAT(sorted({leaf, "-----BEGIN PRIVATE KEY-----\nAAAA\n"}), HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_EQ(squeezed(std::string(base::as_text(sort({leaf, other.key})->private_key))), other.key)
      << "a single key goes with the certificate, whether it fits or not";
}

TEST_F(SortPem, NeedsCertificatesAndAKey) {
  EXPECT_THAT(sorted({pair.key}), HasSubstr("no certificate"));
  EXPECT_THAT(sorted({leaf}), HasSubstr("no private key"));
}

TEST_F(SortPem, TakesTheKeyThatFitsAndNamesTheOthers) {
  const auto taken = sort({other.key, leaf + intermediate, pair.key});
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(squeezed(std::string(base::as_text(taken->private_key))), pair.key);
  EXPECT_THAT(taken->left_out, ElementsAre("1"));
  EXPECT_EQ(squeezed(std::string(base::as_text(taken->certificates))), leaf + intermediate);
}

TEST_F(SortPem, RefusesSeveralKeysOfWhichNoneFits) {
  const std::string refused = sorted({leaf, other.key, pki.upload("c.example.net").key});
  EXPECT_THAT(refused, HasSubstr("more than one private key, in 2, 3"));
  EXPECT_THAT(refused, HasSubstr("none belongs"));
}

TEST_F(SortPem, RefusesSeveralCertificatesWithTheirKeys) {
  const std::string refused = sorted({pair.certificates, pair.key, other.certificates + other.key});
  EXPECT_THAT(refused, HasSubstr("more than one certificate with its key, in 1, 3"));
  EXPECT_THAT(refused, Not(HasSubstr("PRIVATE")));
}

// A folder holds the parts, and all of them together; another system may have written other line ends.
TEST_F(SortPem, TakesABlockThatIsThereTwiceOnce) {
  EXPECT_EQ(squeezed(sorted({leaf, intermediate, pair.key, leaf + intermediate + pair.key})), leaf + intermediate);
  const auto taken = sort({leaf + intermediate + pair.key, with_crlf(leaf + intermediate + pair.key)});
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(squeezed(std::string(base::as_text(taken->certificates))), leaf + intermediate);
  EXPECT_THAT(taken->left_out, IsEmpty());
}

TEST_F(SortPem, SaysWhatItWasGivenInsteadOfPem) {
  const std::string utf16("\xff\xfe-\0-\0-\0-\0-\0B\0E\0G\0I\0N\0", 22);
  EXPECT_THAT(sorted({"nothing", utf16}), HasSubstr("2 is"));
  EXPECT_THAT(sorted({"nothing", utf16}), HasSubstr("UTF-16"));
}

class ReadPemTexts : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& content) const {
    std::ofstream(directory.path() / name) << content;
  }
  [[nodiscard]] std::vector<std::string> names(const std::vector<std::string>& paths) const {
    const auto texts = read_pem_texts(paths);
    if (!texts) return {texts.error().message};
    std::vector<std::string> found;
    for (const PemText& text : *texts) found.push_back(std::filesystem::path(text.name).filename());
    return found;
  }

  test::TemporaryDirectory directory;
};

TEST_F(ReadPemTexts, TakesTheFilesOfAFolderWithoutHiddenOnesAndFoldersWithin) {
  put("b.pem", "b");
  put("a.key", "a");
  put(".hidden", "x");
  std::filesystem::create_directory(directory.path() / "c");
  put("c/d.pem", "x");
  std::filesystem::create_symlink("../nowhere", directory.path() / "dangling");
  std::filesystem::create_symlink("c/d.pem", directory.path() / "link.pem");
  EXPECT_THAT(names({directory.path(), directory.path() / "c/d.pem"}),
              ElementsAre("a.key", "b.pem", "link.pem", "d.pem"));
}

TEST_F(ReadPemTexts, NamesWhatItCannotRead) {
  EXPECT_THAT(names({directory.path() / "none"}), ElementsAre(HasSubstr("/none cannot be read")));
  for (int i = 0; i < 101; ++i) put(std::to_string(i), "x");
  EXPECT_THAT(names({directory.path()}), ElementsAre(HasSubstr("more than 100 files")));
}

}  // namespace
}  // namespace livecert::cli
