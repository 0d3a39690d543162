#include "signature/strict_json.h"

#include <string>

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace livecert::signature {
namespace {

TEST(StrictJson, ReadsWhatTheLibraryReads) {
  for (const char* text : {"null", " true ", "-7", "18446744073709551615", "1.5e3", R"("a\u00e9\n")", "[]", "{}",
                           "[1,[2,{}]]", R"({"a":{"b":[1,2,"x"]},"b":{"a":null},"A":false})", R"([{"a":1},{"a":2}])"}) {
    const auto value = parse_strict_json(text);
    ASSERT_TRUE(value.has_value()) << text;
    EXPECT_EQ(*value, boost::json::parse(text)) << text;
  }
}

TEST(StrictJson, RefusesWhatIsNotJson) {
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("{}x"), std::string("[1,]"), std::string("'a'"),
        std::string("\"\xff\""), std::string(33, '['), std::string("{}{}")}) {
    EXPECT_FALSE(parse_strict_json(text).has_value()) << text;
  }
}

TEST(StrictJson, RefusesAMemberThatIsThereTwiceHoweverDeepAndHoweverSpelled) {
  for (const char* text :
       {R"({"a":1,"a":1})", R"({"a":1,"b":2,"\u0061":3})", R"([{"x":{"a":1,"b":[],"a":2}}])", R"({"":0,"":1})"}) {
    EXPECT_FALSE(parse_strict_json(text).has_value()) << text;
  }
}

TEST(StrictJson, RefusesMoreThanSixtyFourMembers) {
  std::string members = R"("0":0)";
  for (int i = 1; i < 64; ++i) members += ",\"" + std::to_string(i) + "\":0";
  EXPECT_TRUE(parse_strict_json("{" + members + "}").has_value());
  EXPECT_FALSE(parse_strict_json("{" + members + ",\"x\":0}").has_value());
}

}  // namespace
}  // namespace livecert::signature
