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
