#include "x509/corpus.h"

#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/control_character.h"
#include "translation/translate.h"
#include "x509/contradiction.h"

namespace livecert::x509 {
namespace {

std::string to_test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// "certificate block 2" of "[id] certificate block 2: ...".
std::string place_in(const std::string& line) {
  const std::size_t begin = line.find("] ") + 2;
  return line.substr(begin, line.find(": ") - begin);
}

class Corpus : public testing::TestWithParam<std::string> {};

TEST_P(Corpus, IsJudgedExactlyAsExpected) {
  const CorpusCase upload = load_case(GetParam());
  const auto judgement = upload.judge_it();
  ASSERT_TRUE(judgement) << judgement.error().message;
  EXPECT_EQ(to_corpus_form(judgement->report), upload.findings) << judgement->report.message();
  EXPECT_EQ(find_contradiction(judgement->report), "");
  EXPECT_EQ(judgement->accepted.has_value(), upload.accepted);
  EXPECT_EQ(judgement->report.has_errors(), !upload.accepted);
  if (!judgement->accepted) return;
  EXPECT_TRUE(judgement->accepted->key.belongs_to(judgement->accepted->certificates.front()));
  EXPECT_EQ(judgement->accepted->warnings, judgement->report.warnings());
  if (upload.stored != 0) {
    EXPECT_EQ(judgement->accepted->certificates.size(), static_cast<std::size_t>(upload.stored));
  }
}

// What is left of a finding in English are names of people's certificates, of keys and of commands.
TEST_P(Corpus, IsToldInChinese) {
  const auto judgement = load_case(GetParam()).judge_it();
  ASSERT_TRUE(judgement);
  for (const Finding& finding : judgement->report.findings()) {
    const auto message = translation::find_chinese(finding.message);
    ASSERT_TRUE(message) << finding.message;
    EXPECT_FALSE(std::regex_search(*message, std::regex("(^|[^-\"=.])\\b(the|is|of|for|and|not|this|which|has) [a-z]")))
        << *message;
    const std::string line = to_line(finding);
    EXPECT_EQ(translation::find_chinese(line),
              std::string("[") + finding.id + "] " + *translation::find_chinese(place_in(line)) + "：" + *message +
                  "。" + (finding.remedy.empty() ? "" : *translation::find_chinese(finding.remedy) + "。"));
  }
}

TEST_P(Corpus, IsJudgedTheSameWithAWarmCache) {
  const CorpusCase upload = load_case(GetParam());
  IssuerCache cache;
  for (int round = 0; round < 2; ++round) {
    const auto judgement = upload.judge_it(&cache);
    ASSERT_TRUE(judgement);
    EXPECT_EQ(to_corpus_form(judgement->report), upload.findings) << "round " << round;
  }
}

// A chain that is stored and handed out later must pass again, without any source to complete it.
TEST_P(Corpus, IsAcceptedAgainInTheFormItIsStoredIn) {
  CorpusCase upload = load_case(GetParam());
  const auto judgement = upload.judge_it();
  ASSERT_TRUE(judgement);
  if (!judgement->accepted) return;
  const auto& stored = judgement->accepted->certificates;
  upload.certificates_pem = chain_text(stored);
  upload.key_pem = key_text(judgement->accepted->key);
  const auto again = upload.judge_it();
  ASSERT_TRUE(again->accepted) << again->report.message();
  EXPECT_EQ(again->accepted->certificates, stored);
  EXPECT_EQ(content_digest(again->accepted->certificates), content_digest(stored));
}

INSTANTIATE_TEST_SUITE_P(Cases, Corpus, testing::ValuesIn(corpus_names()), to_test_name);

TEST(CorpusAsAWhole, HasAtLeastThreeHundredCases) {
  EXPECT_GE(corpus_names().size(), 300U);
}

TEST(CorpusAsAWhole, SaysWhatToDoInEveryFinding) {
  for (const std::string& name : corpus_names()) {
    const auto judgement = load_case(name).judge_it();
    ASSERT_TRUE(judgement);
    for (const Finding& finding : judgement->report.findings()) {
      EXPECT_FALSE(finding.message.empty()) << name;
      EXPECT_FALSE(finding.remedy.empty()) << name;
      EXPECT_EQ(base::escape_controls(to_line(finding)), to_line(finding)) << name;
      EXPECT_THAT(to_line(finding), testing::Not(testing::HasSubstr(".. "))) << name;
    }
  }
}

TEST(CorpusAsAWhole, HasEveryFindingDocumented) {
  const std::string document = read_file(std::filesystem::path(LIVECERT_DOCS) / "findings.md");
  for (const std::string& name : corpus_names()) {
    for (const std::string& finding : load_case(name).findings) {
      const auto begin = finding.find(' ') + 1;
      const std::string id = finding.substr(begin, finding.find(' ', begin) - begin);
      EXPECT_THAT(document, testing::HasSubstr("`" + id + "`")) << name;
    }
  }
}

}  // namespace
}  // namespace livecert::x509
