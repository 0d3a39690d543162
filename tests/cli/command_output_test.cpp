#include "cli/command_output.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/cert_list_command.h"
#include "cli/hints.h"
#include "cli/language.h"
#include "cli/table.h"

namespace livecert::cli {
namespace {

using testing::HasSubstr;

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
  EXPECT_EQ(hint_without_answer("No answer from https://a: Operation timed out"), "");
}

TEST(Hints, SayWhatToLookAtWhereNothingAnswers) {
  EXPECT_THAT(hint_without_answer("No answer from http://a: Connection refused"), HasSubstr("--endpoint"));
  EXPECT_THAT(hint_without_answer("No answer from https://a: OpenSSL: wrong version number"), HasSubstr("http://"));
  EXPECT_THAT(hint_without_answer("No answer from http://a: Empty reply from server"), HasSubstr("https://"));
  EXPECT_THAT(hint_without_answer("No answer from http://a: Could not resolve host: a"),
              HasSubstr("LIVECERT_ENDPOINT"));
}

}  // namespace
}  // namespace livecert::cli
