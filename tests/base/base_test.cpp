#include <atomic>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/control_character.h"
#include "base/given_up.h"
#include "base/ids.h"
#include "base/join.h"
#include "base/result.h"
#include "base/rfc3339.h"
#include "base/secret.h"
#include "base/shown.h"
#include "base/thread_name.h"
#include "base/time.h"

namespace livecert::base {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Error{ErrorCode::kInvalidInput, "odd"};
  return number / 2;
}

Result<int> quarter(int number) {
  TRY_ASSIGN(const int halved, half(number));
  return half(halved);
}

TEST(GivenUp, IsWhatTheInnermostScopeOfTheThreadSays) {
  std::atomic<bool> outer = false;
  std::atomic<bool> inner = true;
  EXPECT_FALSE(is_given_up());
  {
    const GivenUpScope scope(outer);
    EXPECT_FALSE(is_given_up());
    {
      const GivenUpScope nested(inner);
      EXPECT_TRUE(is_given_up());
      std::thread([] { EXPECT_FALSE(is_given_up()) << "another thread works on something else"; }).join();
    }
    EXPECT_FALSE(is_given_up());
    outer = true;
    EXPECT_TRUE(is_given_up());
  }
  EXPECT_FALSE(is_given_up());
}

TEST(Join, PutsTheSeparatorBetweenTheWords) {
  EXPECT_EQ(join(std::vector<std::string>(), ", "), "");
  EXPECT_EQ(join(std::vector<std::string>{"a"}, ", "), "a");
  EXPECT_EQ(join(std::vector<std::string_view>{"", "b", ""}, "|"), "|b|") << "empty words count";
}

TEST(Shown, TellsOfWhatIsNoNameOnlyHowItBegins) {
  EXPECT_EQ(shown("ListCertV2"), "ListCertV2");
  EXPECT_EQ(shown("a b\n\xc3\xa9"), "a?b???");
  EXPECT_EQ(shown(std::string(64, 'x')), std::string(64, 'x'));
  EXPECT_EQ(shown(std::string(65, 'x')), std::string(16, 'x') + "...");
}

TEST(Result, TryHandsTheErrorUp) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().message, "odd");
  EXPECT_EQ(quarter(3).error().code, ErrorCode::kInvalidInput);
}

TEST(ResultDeathTest, ReadingTheMissingSideAborts) {
  EXPECT_DEATH(static_cast<void>(half(1).value()), "internal check failed");
  EXPECT_DEATH(static_cast<void>(half(2).error()), "internal check failed");
}

TEST(Base64, RoundTripsAndRefusesWhatIsNotCanonical) {
  for (const std::string_view text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    EXPECT_EQ(as_text(*parse_base64(to_base64(as_bytes(text)))), text);
  }
  EXPECT_EQ(to_base64(as_bytes("foob")), "Zm9vYg==");
  for (const std::string_view text : {"Zm9vYg=", "Zm9vYh==", "Zm9v Yg=", "=m9v", "Zm9=Zm9v", "Zm9v\n"}) {
    EXPECT_FALSE(parse_base64(text)) << text;
  }
}

TEST(Hex, RoundTripsAndRefusesOddAndForeignDigits) {
  EXPECT_EQ(to_hex(*parse_hex("00fFA5")), "00ffa5");
  EXPECT_FALSE(parse_hex("0"));
  EXPECT_FALSE(parse_hex("0g"));
}

TEST(Time, FormatsAndParsesTheBasicForm) {
  const auto time = parse_basic_time("20240619T071306Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(to_rfc3339(*time), "2024-06-19T07:13:06Z");
  EXPECT_EQ(to_basic_time(*time), "20240619T071306Z");
  for (const std::string_view text : {"20240230T000000Z", "20240619T246000Z", "2024-06-19T07:13:06Z", "20240619T071306",
                                      "20240619 071306Z", "2024061xT071306Z", ""}) {
    EXPECT_FALSE(parse_basic_time(text)) << text;
  }
}

TEST(Time, ParsesRfc3339WithAnOffset) {
  EXPECT_EQ(parse_rfc3339("2024-06-19T07:13:06Z"), parse_basic_time("20240619T071306Z"));
  EXPECT_EQ(parse_rfc3339("2024-06-19T15:13:06+08:00"), parse_basic_time("20240619T071306Z"));
  EXPECT_EQ(parse_rfc3339("2024-06-18T23:43:06-07:30"), parse_basic_time("20240619T071306Z"));
  for (const std::string_view text :
       {"", "2024-06-19", "2024-06-19T07:13:06", "2024-06-19 07:13:06Z", "2024-06-19T07:13:06z",
        "2024-06-19T07:13:06.5Z", "2024-02-30T00:00:00Z", "2024-06-19T24:00:00Z", "2024-06-19T07:13:06+0800",
        "2024-06-19T07:13:06+24:00", "2024-06-19T07:13:06+08:60", "2024-06-19T07:13:06Z ", "20240619T071306Z"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Printable, ShowsTheBeginningAndNothingThatCouldDeceive) {
  EXPECT_EQ(shown("CreateCert"), "CreateCert");
  EXPECT_EQ(shown("a b\n\x7f\xc3\xa9"), "a?b????");
  EXPECT_EQ(shown(std::string(64, 'x')), std::string(64, 'x'));
  EXPECT_EQ(shown(std::string(65, 'x')), std::string(16, 'x') + "...") << "it may be a secret in the wrong place";
}

TEST(Ids, ParseOnlyTheirOwnSpelling) {
  const auto chain = ChainId::parse("00112233445566778899AABBccddeeff");
  ASSERT_TRUE(chain);
  EXPECT_EQ(chain->to_string(), "00112233445566778899aabbccddeeff");
  EXPECT_FALSE(ChainId::parse("00112233445566778899aabbccddeef"));
  EXPECT_FALSE(ChainId::parse("../112233445566778899aabbccddeeff"));
  EXPECT_EQ(CertId::parse("9223372036854775807")->number(), 9223372036854775807);
  for (const std::string_view text : {"", "0", "-1", "01", "9223372036854775808", "1x", " 1"}) {
    EXPECT_FALSE(CertId::parse(text)) << text;
  }
}

TEST(ControlCharacters, AreEscapedByteByByteAndNothingElseIs) {
  EXPECT_EQ(escape_controls(std::string_view("a\0\n\x7f", 4)), "a\\00\\0A\\7F");
  EXPECT_EQ(escape_controls("\u0085\u061C\u200F\u2028\u202E\u2069"),
            "\\C2\\85\\D8\\9C\\E2\\80\\8F\\E2\\80\\A8\\E2\\80\\AE\\E2\\81\\A9");
  for (const std::string_view text :
       {"", "live.example.com", "证书 é", "\u00A0\u200D\u2010\u2027\u202F\u206A", "עברית"}) {
    EXPECT_EQ(escape_controls(text), text);
  }
  EXPECT_EQ(escape_controls("cut \xE2\x80"), "cut \xE2\\80") << "a byte that begins no character stands for itself";
}

TEST(ThreadName, ShowsInTheProcessTable) {
  std::string shown;
  std::thread([&shown] {
    name_this_thread("fifteen letters");
    std::getline(std::ifstream("/proc/thread-self/comm"), shown);
  }).join();
  EXPECT_EQ(shown, "fifteen letters");
}

TEST(SecretBytes, MovesWithoutLeavingACopy) {
  SecretBytes secret = SecretBytes::copy_of("hunter2");
  const SecretBytes moved = std::move(secret);
  EXPECT_EQ(as_text(moved.reveal(SecretAccess())), "hunter2");
  EXPECT_TRUE(secret.empty());  // NOLINT(bugprone-use-after-move): the point of the test.
}

TEST(Wipe, OverwritesEveryByte) {
  std::string arena = "a secret of some length";
  wipe(arena.data(), arena.size());
  EXPECT_EQ(arena, std::string(arena.size(), '\0'));
}

}  // namespace
}  // namespace livecert::base
