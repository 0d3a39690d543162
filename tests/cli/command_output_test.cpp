#include "cli/command_output.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/cert_list_command.h"
#include "cli/hints.h"
#include "cli/language.h"
#include "cli/pem_bundle.h"
#include "cli/table.h"
#include "support/pki.h"
#include "x509/pem.h"

namespace livecert::cli {
namespace {

using testing::HasSubstr;

base::WipedBuffer buffer(const std::string& text) {
  return {text.begin(), text.end()};
}

TEST(Table, AlignsByTheColumnsATerminalNeeds) {
  EXPECT_EQ(display_width("name"), 4U);
  EXPECT_EQ(display_width("证书"), 4U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U) << "a combining accent takes no column";
  Table table({"NAME", "X"});
  table.add({"证书", "1"});
  table.add({"abc", "2"});
  EXPECT_EQ(table.to_text(), "NAME  X\n证书  1\nabc   2\n");
}

TEST(Table, LetsNoNameCommandTheTerminal) {
  EXPECT_EQ(printable("a\x1b[2Jb\n\x7f\xc2\x9b"), "a?[2Jb???");
  EXPECT_EQ(printable("证书 é"), "证书 é");
  EXPECT_EQ(printable("a\u202Eb\u2066c\u2028d"), "a?b?c?d") << "nor turn the text around it";
}

TEST(Duration, TakesANumberAndAUnit) {
  EXPECT_EQ(parse_duration("45s"), std::chrono::seconds(45));
  EXPECT_EQ(parse_duration("90m"), std::chrono::minutes(90));
  EXPECT_EQ(parse_duration("12h"), std::chrono::hours(12));
  EXPECT_EQ(parse_duration("30d"), std::chrono::days(30));
  EXPECT_EQ(parse_duration("2w"), std::chrono::days(14));
  for (const char* text : {"", "d", "30", "-1d", "1.5d", "30 d", "9999999999w", "3dd", "30D"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(EndText, CountsDaysBothWays) {
  const base::Time now = *base::parse_basic_time("20260601T120000Z");
  EXPECT_EQ(end_text("2026-06-11T12:00:00Z", now), "2026-06-11 (in 10 d)");
  EXPECT_EQ(end_text("2026-05-29T12:00:00Z", now), "2026-05-29 (expired 3 d ago)");
  EXPECT_EQ(end_text("whenever", now), "whenever");
}

TEST(Members, AreReadAsText) {
  const auto object = boost::json::parse(R"({"s":"a","n":3,"t":true,"l":["x","y"],"z":null})");
  EXPECT_EQ(text_of(object, "s"), "a");
  EXPECT_EQ(text_of(object, "n"), "3");
  EXPECT_EQ(text_of(object, "t"), "yes");
  EXPECT_EQ(text_of(object, "l"), "x, y");
  EXPECT_EQ(text_of(object, "z") + text_of(object, "none"), "");
  EXPECT_TRUE(items_of(object, "none").empty());
}

TEST(Language, IsThatOfTheLocaleUnlessAFlagSaysOtherwise) {
  ::setenv("LC_ALL", "zh_CN.UTF-8", 1);
  const char* none[] = {"livecert"};
  choose_language(1, none);
  EXPECT_EQ(tr("done", "完成"), "完成");
  const char* english[] = {"livecert", "cert", "--lang", "en"};
  choose_language(4, english);
  EXPECT_EQ(tr("done", "完成"), "done");
  ::setenv("LC_ALL", "C", 1);
  const char* chinese[] = {"livecert", "--lang=zh"};
  choose_language(2, chinese);
  EXPECT_EQ(tr("done", "完成"), "完成");
  choose_language(1, none);
  EXPECT_EQ(tr("done", "完成"), "done");
  ::unsetenv("LC_ALL");
}

TEST(Hints, NameTheAuthorityWhereTheServiceIsNotTrusted) {
  for (const char* failure :
       {"No answer from https://a: SSL certificate problem: self-signed certificate in certificate chain",
        "No answer from https://a: SSL certificate problem: unable to get local issuer certificate"}) {
    EXPECT_THAT(hint_without_answer(failure), HasSubstr("LIVECERT_CA_FILE"));
  }
  EXPECT_EQ(hint_without_answer("No answer from https://a: Connection refused"), "");
}

class SortPem : public testing::Test {
 protected:
  [[nodiscard]] static std::string sorted(const std::vector<std::string>& texts) {
    std::vector<base::WipedBuffer> buffers;
    for (const std::string& text : texts) buffers.push_back(buffer(text));
    const auto pair = sort_pem(buffers);
    return pair ? std::string(base::as_text(pair->certificates)) : pair.error().message;
  }
  // Without blank lines, which sorting may leave.
  [[nodiscard]] static std::string squeezed(std::string text) {
    for (std::size_t at = 0; (at = text.find("\n\n")) != std::string::npos;) text.erase(at, 1);
    return text;
  }

  const test::Pki pki{*base::parse_basic_time("20260601T120000Z")};
  const test::PemPair pair = pki.upload("a.example.net");
  const std::string leaf = pair.certificates.substr(0, pair.certificates.find("-----BEGIN", 10));
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
  const test::PemPair other = pki.upload("b.example.net");
  const std::string other_leaf = other.certificates.substr(0, other.certificates.find("-----BEGIN", 10));
  EXPECT_EQ(squeezed(sorted({other_leaf, leaf, intermediate, pair.key})), leaf + intermediate + other_leaf)
      << "what fits nowhere stands at the end";
}

TEST_F(SortPem, LeavesWhatIsBrokenToTheService) {
  EXPECT_THAT(sorted({"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", pair.key}), HasSubstr("AAAA"));
  EXPECT_THAT(sorted({leaf, "-----BEGIN PRIVATE KEY-----\nAAAA\n"}), HasSubstr("BEGIN CERTIFICATE"));
}

TEST_F(SortPem, NeedsCertificatesAndOneKey) {
  EXPECT_THAT(sorted({pair.key}), HasSubstr("no certificate"));
  EXPECT_THAT(sorted({leaf}), HasSubstr("no private key"));
  EXPECT_THAT(sorted({leaf, pair.key, pki.upload("b.example.net").key}), HasSubstr("more than one private key"));
}

// A folder holds the parts, and all of them together.
TEST_F(SortPem, TakesABlockThatIsThereTwiceOnce) {
  EXPECT_EQ(squeezed(sorted({leaf, intermediate, pair.key, leaf + intermediate + pair.key})), leaf + intermediate);
}

TEST_F(SortPem, SaysWhatItWasGivenInsteadOfPem) {
  EXPECT_THAT(sorted({std::string("\xff\xfe-\0-\0-\0-\0-\0B\0E\0G\0I\0N\0", 22)}), HasSubstr("UTF-16"));
}

}  // namespace
}  // namespace livecert::cli
