#include "cli/command_input.h"

#include <fstream>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/control_character.h"
#include "support/temporary_directory.h"

namespace livecert::cli {
namespace {

TEST(JsonWriter, WritesWhatAParserReadsBack) {
  std::string every;
  for (int c = 0; c < 0x80; ++c) every += static_cast<char>(c);
  every += "\xe8\xaf\x81";
  const base::WipedBuffer text = JsonWriter()
                                     .text("a", every)
                                     .text("empty", "")
                                     .begin_object("o")
                                     .text("b", "c")
                                     .end_object()
                                     .number("n", -7)
                                     .strings("s", {"x", "y\"z"})
                                     .strings("none", {})
                                     .finish();
  const boost::json::value value = boost::json::parse(std::string(base::as_text(text)));
  EXPECT_EQ(std::string(value.at("a").as_string()), every);
  EXPECT_FALSE(value.as_object().contains("empty"));
  EXPECT_FALSE(value.as_object().contains("none"));
  EXPECT_EQ(value.at("o").at("b").as_string(), "c");
  EXPECT_EQ(value.at("n").as_int64(), -7);
  EXPECT_EQ(value.at("s").at(1).as_string(), "y\"z");
}

base::WipedBuffer buffer(std::string_view text) {
  return {text.begin(), text.end()};
}

TEST(ToUtf8, KeepsUtf8AndWritesEachByteOfAnythingElseAsACharacter) {
  const std::string utf8 = "-----BEGIN X-----\n\xe8\xaf\x81";
  EXPECT_EQ(base::as_text(to_utf8(buffer(utf8))), utf8);
  EXPECT_EQ(base::as_text(to_utf8(buffer("friendlyName: \xd6\xa4\xca\xe9\n"))),
            "friendlyName: \xc3\x96\xc2\xa4\xc3\x8a\xc3\xa9\n");
  // UTF-16 with its mark, an encoding that is too long, half of a surrogate pair, a number above the last one, a cut.
  for (const std::string_view wrong : {"\xff\xfe-", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe8\xaf"}) {
    EXPECT_NE(base::as_text(to_utf8(buffer(wrong))), wrong);
  }
  for (const std::string_view right : {"\xc2\x80", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf", "\xf0\x90\x80\x80"}) {
    EXPECT_EQ(base::as_text(to_utf8(buffer(right))), right);
  }
  for (int byte = 0x80; byte < 0x100; ++byte) {
    const std::string lone(1, static_cast<char>(byte));
    const base::WipedBuffer encoded = to_utf8(buffer(lone));
    std::string_view rest = base::as_text(encoded);
    EXPECT_EQ(base::take_character(rest), static_cast<char32_t>(byte));
    EXPECT_TRUE(rest.empty());
  }
}

TEST(ReadInputFile, NamesTheFileItCannotRead) {
  EXPECT_THAT(read_input_file("/nonexistent/key.pem").error().message, testing::HasSubstr("/nonexistent/key.pem"));
  const test::TemporaryDirectory directory;
  EXPECT_FALSE(read_input_file(directory.path()));
  std::ofstream(directory.path() / "big") << std::string(3UL << 20, 'x');
  EXPECT_THAT(read_input_file(directory.path() / "big").error().message, testing::HasSubstr("more than 2 MiB"));
  std::ofstream(directory.path() / "key") << "k\n";
  EXPECT_EQ(base::as_text(*read_input_file(directory.path() / "key")), "k\n");
}

}  // namespace
}  // namespace livecert::cli
