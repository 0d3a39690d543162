#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/binder.h"

namespace livecert::api {
namespace {

using testing::HasSubstr;

JsonInput parse(std::string_view text) {
  return *JsonInput::parse(base::as_bytes(text));
}

TEST(JsonInput, TakesAnEmptyBodyAndPhpsEmptyArrayForAnEmptyObject) {
  for (const std::string_view text : {"", "{}", "[]", " {\n} "}) {
    EXPECT_TRUE(JsonInput::parse(base::as_bytes(text))) << text;
  }
}

TEST(JsonInput, RefusesWhatIsNotOneObject) {
  for (const std::string_view text :
       {"{", "[1]", "1", "\"x\"", "null", "{}{}", "{\"a\":}", "{\"a\":\"\xff\"}", "a=b&c=d", "{}\xef\xbb\xbf"}) {
    const auto input = JsonInput::parse(base::as_bytes(text));
    ASSERT_FALSE(input) << text;
    EXPECT_EQ(input.error().code, base::ErrorCode::kUnbindableInput);
  }
  EXPECT_FALSE(JsonInput::parse(base::as_bytes(std::string(100'000, '[')))) << "depth is bounded";
}

TEST(JsonInput, PassesOverAByteOrderMark) {
  EXPECT_TRUE(JsonInput::parse(base::as_bytes("\xef\xbb\xbf{\"a\":1}")));
}

TEST(JsonInput, TellsOfABodyThatIsNotUtf8) {
  using namespace std::literals;
  for (const std::string_view text : {"{\"a\":\"\xd6\xd6\"}"sv, "\xff\xfe{\0}\0"sv, "{\0}\0"sv}) {
    const auto input = JsonInput::parse(base::as_bytes(text));
    ASSERT_FALSE(input);
    EXPECT_THAT(input.error().message, HasSubstr("no text in UTF-8"));
  }
  const auto accented = JsonInput::parse(base::as_bytes("{\"\xc3\xa9\"}"));
  ASSERT_FALSE(accented);
  EXPECT_THAT(accented.error().message, testing::Not(HasSubstr("UTF-8")));
}

// Decision 2, and the next.
TEST(Binder, MatchesNamesInAnyCase) {
  const JsonInput input = parse(R"({"CERTNAME":"a","rsa":{"pubKEY":"p"}})");
  const Binder binder(input);
  EXPECT_EQ(binder.optional_string("CertName"), "a");
  EXPECT_EQ(binder.required_object("Rsa").required_text("Pubkey"), "p");
  EXPECT_TRUE(binder.finish());
}

TEST(Binder, NamesBothSpellingsOfAMemberThatIsThereTwice) {
  const JsonInput input = parse(R"({"UseWay":"https","useway":"https"})");
  const Binder binder(input);
  EXPECT_EQ(binder.required_string("UseWay"), "");
  const auto result = binder.finish();
  EXPECT_THAT(result.error().message, HasSubstr("UseWay is there twice, as UseWay and as useway"));
  EXPECT_EQ(result.error().message.find("required"), std::string::npos);
}

TEST(Binder, ReportsEveryMemberThatDoesNotBind) {
  const JsonInput input = parse(R"({"CertName":1,"Available":"yes","PageNum":1.5,"Rsa":"x","Projects":["a",1]})");
  const Binder binder(input);
  EXPECT_FALSE(binder.optional_string("CertName"));
  EXPECT_FALSE(binder.optional_bool("Available"));
  EXPECT_FALSE(binder.optional_integer("PageNum", 1, 10));
  EXPECT_TRUE(binder.optional_strings("Projects").empty());
  EXPECT_EQ(binder.required_object("Rsa").required_text("Pubkey"), "");
  EXPECT_EQ(binder.required_string("UseWay"), "");
  const auto result = binder.finish();
  EXPECT_EQ(result.error().code, base::ErrorCode::kUnbindableInput);
  for (const char* name : {"CertName must be a string", "Available must be true or false", "PageNum must be an integer",
                           "Rsa must be an object", "Projects must be an array of strings", "UseWay is required"}) {
    EXPECT_THAT(result.error().message, HasSubstr(name));
  }
  EXPECT_EQ(result.error().message.find("Pubkey"), std::string::npos)
      << "what lies in a missing object is not missed too";
}

// The cost of a refusal must not grow with the input.
TEST(Binder, NamesTheFirstTwentyProblemsAndCountsTheOthers) {
  std::string text = R"({"Numbers":[)";
  for (int i = 0; i < 1000; ++i) text += i == 0 ? "9" : ",9";
  const JsonInput input = parse(text + "]}");
  const Binder binder(input);
  EXPECT_TRUE(binder.optional_integers("Numbers", 0, 6).empty());
  const std::string message = binder.finish().error().message;
  EXPECT_THAT(message, testing::StartsWith("Numbers[0] should be between 0 and 6; Numbers[1] should"));
  EXPECT_THAT(message, testing::EndsWith("Numbers[19] should be between 0 and 6; and 980 more"));
}

TEST(Binder, DoesNotLookIntoAListThatIsTooLong) {
  std::string items = "1";
  for (int i = 0; i < 1000; ++i) items += ",{}";
  const JsonInput mixed = parse("{\"Numbers\":[" + items + "],\"Objects\":[" + items + "]}");
  const Binder binder(mixed);
  EXPECT_TRUE(binder.optional_integers("Numbers", 0, 6).empty());
  EXPECT_TRUE(binder.required_objects("Objects", {1, 10}).empty());
  EXPECT_EQ(binder.finish().error().code, base::ErrorCode::kOutOfRange);
  EXPECT_EQ(binder.finish().error().message,
            "length of Numbers should be between 0 and 1000; length of Objects should be between 1 and 10");
}

TEST(JsonInput, RefusesMoreValuesThanAnyActionTakes) {
  const auto list = [](std::size_t items, const std::string& item) {
    std::string text = R"({"a":[)";
    for (std::size_t i = 0; i < items; ++i) text += (i == 0 ? "" : ",") + item;
    return text + "]}";
  };
  // The object and the list are values too.
  EXPECT_TRUE(JsonInput::parse(base::as_bytes(list(9'998, "0"))));
  for (const std::string& text : {list(9'999, "0"), list(300'000, R"({"":0})"), list(5'000, "[null]"),
                                  list(100'000, "\"x\"") + "and no JSON behind it"}) {
    const auto input = JsonInput::parse(base::as_bytes(text));
    ASSERT_FALSE(input);
    EXPECT_EQ(input.error().code, base::ErrorCode::kOutOfRange);
    EXPECT_THAT(input.error().message, HasSubstr("should be between 0 and 10000"));
  }
}

// Decision 2: it is unclear which of the two is meant.
TEST(JsonInput, RefusesAMemberThatIsThereTwice) {
  for (const char* body :
       {R"({"CertName":"one","CertName":"two"})", R"({"Rsa":{"Pubkey":"a","Prikey":"b","Pubkey":"a"}})",
        R"({"Domains":[{"a":1},{"a":1,"\u0061":1}]})"}) {
    const auto input = JsonInput::parse(base::as_bytes(std::string_view(body)));
    ASSERT_FALSE(input) << body;
    EXPECT_EQ(input.error().code, base::ErrorCode::kUnbindableInput);
    EXPECT_THAT(input.error().message, HasSubstr(" twice in one object"));
  }
  EXPECT_TRUE(JsonInput::parse(base::as_bytes(std::string_view(R"({"a":{"a":1},"b":[{"a":1},{"a":1}]})"))));
  EXPECT_THAT(JsonInput::from_query({{"CertName", "one"}, {"Action", "x"}, {"CertName", "one"}}).error().message,
              HasSubstr("the query has the parameter CertName twice"));
}

TEST(JsonInput, ReadsEveryKindOfValueAtAnyPlace) {
  const JsonInput input = parse(
      R"( {"i":-1,"u":18446744073709551615,"d":1.5e3,"b":[true,false,null],"s":"\u00e9\n","o":{"a":{"a":[[{}]]}},"a":2})");
  EXPECT_EQ(boost::json::serialize(input.object()),
            "{\"i\":-1,\"u\":18446744073709551615,\"d\":1.5E3,\"b\":[true,false,null],\"s\":\"\xc3\xa9\\n\","
            "\"o\":{\"a\":{\"a\":[[{}]]}},\"a\":2}");
}

// PostgreSQL keeps no text with one.
TEST(Binder, RefusesANulCharacter) {
  const JsonInput input = parse(R"({"CertName":"a\u0000b","List":["a","b\u0000"]})");
  const Binder binder(input);
  EXPECT_EQ(binder.optional_string("CertName"), "");
  static_cast<void>(binder.optional_strings("List"));
  const std::string message = binder.finish().error().message;
  EXPECT_THAT(message, HasSubstr("CertName holds a NUL character"));
  EXPECT_THAT(message, HasSubstr("List holds a NUL character"));
}

// The key would be kept, listed and logged as a name.
TEST(Binder, RefusesAPrivateKeyWhereNoneBelongs) {
  const JsonInput input =
      parse(R"({"CertName":"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA","List":["a","PRIVATE KEY-----"]})");
  const Binder binder(input);
  EXPECT_EQ(binder.optional_string("CertName"), "");
  static_cast<void>(binder.optional_strings("List"));
  const std::string message = binder.finish().error().message;
  EXPECT_THAT(message, HasSubstr("CertName holds a private key: send it in Rsa.Prikey alone"));
  EXPECT_THAT(message, HasSubstr("List holds a private key"));
  EXPECT_EQ(message.find("MHc"), std::string::npos);
}

TEST(Binder, NullAndEmptyStringsAreAbsent) {
  const JsonInput input = parse(R"({"CertName":"","Available":null,"ChainID":null})");
  const Binder binder(input);
  EXPECT_FALSE(binder.optional_string("CertName"));
  EXPECT_FALSE(binder.optional_string("ChainID"));
  EXPECT_FALSE(binder.optional_bool("Available"));
  EXPECT_TRUE(binder.finish());
}

TEST(Binder, RangesAndSetsUseTheDocumentedTemplates) {
  const JsonInput input = parse(R"({"PageNum":0,"PageSize":18446744073709551615})");
  const Binder binder(input);
  EXPECT_FALSE(binder.optional_integer("PageNum", 1, 1000));
  EXPECT_FALSE(binder.optional_integer("PageSize", 1, 1000));
  binder.check_one_of("UseWay", "sign", {"https"});
  binder.check_length("CertName", std::string(256, 'x'), 0, 255);
  const auto result = binder.finish();
  EXPECT_EQ(result.error().code, base::ErrorCode::kOutOfRange);
  EXPECT_EQ(result.error().message,
            "PageNum should be between 1 and 1000; PageSize should be between 1 and 1000; UseWay should be one of "
            "{[https]}; length of CertName should be between 0 and 255");
}

TEST(Binder, CountsCharactersAndNotBytes) {
  const JsonInput input = parse("{}");
  const Binder binder(input);
  std::string name;
  for (int i = 0; i < 255; ++i) name += "\xe8\xaf\x81";
  binder.check_length("CertName", name, 0, 255);
  EXPECT_TRUE(binder.finish());
}

TEST(Binder, TakesNumbersAndTruthFromTheQueryOnly) {
  const JsonInput query = *JsonInput::from_query({{"Action", "x"}, {"Available", "true"}, {"PageNum", "2"}});
  const Binder from_query(query);
  EXPECT_EQ(from_query.optional_bool("Available"), true);
  EXPECT_EQ(from_query.optional_integer("PageNum", 1, 10), 2);
  EXPECT_TRUE(from_query.finish());

  const JsonInput body = parse(R"({"Available":"true","PageNum":"2"})");
  const Binder from_body(body);
  EXPECT_FALSE(from_body.optional_bool("Available"));
  EXPECT_FALSE(from_body.optional_integer("PageNum", 1, 10));
  EXPECT_FALSE(from_body.finish());
}

}  // namespace
}  // namespace livecert::api
