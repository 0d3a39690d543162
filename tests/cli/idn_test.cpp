#include "cli/idn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace livecert::cli {
namespace {

using testing::HasSubstr;

TEST(UnicodeDomains, GoOutInAscii) {
  EXPECT_EQ(*to_ascii_domain("直播.example.com"), "xn--z6ut02b.example.com");
  EXPECT_EQ(*to_ascii_domain("*.BÜCHER.example"), "*.xn--bcher-kva.example");
  EXPECT_EQ(*to_ascii_domain("straße.example"), "xn--strae-oqa.example") << "as browsers do it today";
}

TEST(UnicodeDomains, OfAsciiOnlyStayAsTheyAreForTheServiceToJudge) {
  for (const char* name : {"Live.Example.com", "a_b.example", "", "xn--bcher-kva.example", "-"}) {
    EXPECT_EQ(*to_ascii_domain(name), name);
  }
}

TEST(UnicodeDomains, ThatCannotBeOnesAreRefusedWithTheReason) {
  const auto refused = to_ascii_domain("⒈.例\x1b[2J");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("is no name of a domain: "));
  EXPECT_EQ(refused.error().message.find('\x1b'), std::string::npos);
  EXPECT_FALSE(to_ascii_domain("a\xff.example"));
}

TEST(UnicodeDomains, AreShownInBothForms) {
  EXPECT_EQ(shown_domain("xn--z6ut02b.example.com"), "xn--z6ut02b.example.com (直播.example.com)");
  EXPECT_EQ(shown_domain("live.example.com"), "live.example.com");
  EXPECT_EQ(shown_domain("xn--99999999.example"), "xn--99999999.example") << "it has no other form";
}

TEST(UnicodeDomains, AreTakenByOptions) {
  CLI::App app;
  std::vector<std::string> names;
  take_domains(app.add_option("names", names));
  app.parse("直播.example.com live.example.com");
  EXPECT_THAT(names, testing::ElementsAre("xn--z6ut02b.example.com", "live.example.com"));
  EXPECT_THROW(app.parse("⒈.例"), CLI::ValidationError);
}

}  // namespace
}  // namespace livecert::cli
