#include "cli/usage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_output.h"
#include "cli/commands.h"
#include "cli/language.h"
#include "cli/progress.h"
#include "cli/table.h"

namespace livecert::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Closest, IsWhatASlipOfTheFingerMeant) {
  const std::vector<std::string> words{"list", "describe", "delete", "delivery", "bind", "unbind"};
  EXPECT_EQ(closest("lst", words), "list");
  EXPECT_EQ(closest("lsit", words), "list") << "two swapped letters are one slip";
  EXPECT_EQ(closest("delet", words), "delete");
  EXPECT_EQ(closest("desc", words), "describe") << "the beginning of one word";
  EXPECT_EQ(closest("del", words), "") << "the beginning of two words means neither";
  EXPECT_EQ(closest("zzz", words), "");
  EXPECT_EQ(closest(std::string(100'000, 'x'), words), "") << "and a long one costs nothing";
}

// The commands of a small tool.
struct Tool {
  Tool() {
    root.require_subcommand(1);
    root.fallthrough();
    root.add_option("--lang", language);
    CLI::App* cert = root.add_subcommand("cert", "Certificates")->require_subcommand(1);
    CLI::App* bind = cert->add_subcommand("bind", "Bind");
    bind->add_option("chain", chain)->required();
    bind->add_option("domains", domains)->required();
    bind->add_option("--page", page);
    root.add_subcommand("secret", "Hidden")->group("");
  }

  [[nodiscard]] std::string error_of(const std::vector<std::string>& words) {
    std::vector<const char*> arguments{"tool"};
    for (const std::string& word : words) arguments.push_back(word.c_str());
    try {
      root.parse(static_cast<int>(arguments.size()), arguments.data());
    } catch (const CLI::ParseError& error) {
      return usage_error_text(root, words, error);
    }
    return "";
  }

  CLI::App root{"A tool", "livecert"};
  std::string language;
  std::string chain;
  std::vector<std::string> domains;
  int page = 0;
};

TEST(Help, HasTheParsersOwnWordsInTheChosenLanguage) {
  const auto help_of_bind = [](const char* chosen) {
    const std::vector<const char*> words{"livecert", "--lang", chosen};
    choose_language(static_cast<int>(words.size()), words.data());
    Tool tool;
    tool.root.set_version_flag("--version", "1");
    translate_help(tool.root);
    return tool.root.help() + tool.root.get_subcommand("cert")->get_subcommand("bind")->help();
  };
  const std::string english = help_of_bind("en");
  for (const char* word : {"Usage:", "Options:", "Subcommands:", "Positionals:", "REQUIRED", "Print this help"}) {
    EXPECT_THAT(english, HasSubstr(word));
  }
  const std::string chinese = help_of_bind("zh");
  for (const char* word : {"用法:", "选项:", "子命令:", "参数:", "（必填）", "显示本帮助并退出", "显示版本并退出"}) {
    EXPECT_THAT(chinese, HasSubstr(word));
  }
  for (const char* word : {"Usage", "OPTIONS", "Options", "SUBCOMMAND", "Subcommands", "Positionals", "REQUIRED",
                           "Print", "Display", "Hidden"}) {
    EXPECT_THAT(chinese, Not(HasSubstr(word)));
  }
  (void)help_of_bind("en");
}

TEST(UsageError, NamesTheWordAndTheOneThatIsMeant) {
  EXPECT_THAT(Tool().error_of({"crt"}), StartsWith("livecert: crt is no command of livecert. Did you mean cert?"));
  EXPECT_THAT(Tool().error_of({"--lang", "en", "cert", "bnd"}),
              HasSubstr("bnd is no command of livecert cert. Did you mean bind?"));
  EXPECT_THAT(Tool().error_of({"bind", "x"}), HasSubstr("Did you mean livecert cert bind?"));
  EXPECT_THAT(Tool().error_of({"cert", "bind", "c", "d", "--pgae", "2"}),
              HasSubstr("--pgae is no option of livecert cert bind. Did you mean --page?"));
  EXPECT_THAT(Tool().error_of({"cert", "bind", "c", "d", "--pgae=2"}), HasSubstr("Did you mean --page?"));
}

TEST(UsageError, NamesWhatIsMissingOrCannotBeRead) {
  EXPECT_THAT(Tool().error_of({"cert", "bind"}), StartsWith("livecert cert bind needs CHAIN, DOMAINS"));
  EXPECT_THAT(Tool().error_of({"cert", "bind", "c"}), StartsWith("livecert cert bind needs DOMAINS"));
  EXPECT_THAT(Tool().error_of({"cert"}), StartsWith("livecert cert needs one of these commands: bind"));
  EXPECT_THAT(Tool().error_of({}), StartsWith("livecert needs one of these commands: cert"));
  EXPECT_THAT(Tool().error_of({"cert", "bind", "c", "d", "--page", "x"}),
              StartsWith("livecert cert bind: this value cannot be read: --page = x"));
  EXPECT_THAT(Tool().error_of({"zz"}), Not(HasSubstr("secret"))) << "what no help shows is not offered";
}

TEST(UsageError, LetsNoWordCommandTheTerminal) {
  EXPECT_THAT(Tool().error_of({"a\x1b[2J"}), Not(HasSubstr("\x1b")));
}

TEST(Table, IsCutToTheTerminal) {
  Table table({"NAME", "DOMAINS"});
  table.add({"www", "live.example.net, pull.example.net, push.example.net"});
  table.add({"证书证书证书", "x"}, Tone::kTrouble);
  const std::string text = table.to_text(30, false);
  std::size_t longest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) longest = std::max(longest, display_width(line));
  EXPECT_EQ(longest, 30U) << text;
  EXPECT_THAT(text, HasSubstr("live.exampl"));
  EXPECT_THAT(text, HasSubstr("…"));
  EXPECT_THAT(table.to_text(1, false), HasSubstr("www")) << "a terminal of one column is no reason to show nothing";
  EXPECT_THAT(table.to_text(std::nullopt, true), HasSubstr("\x1b[31m证书"));
  EXPECT_THAT(table.to_text(), Not(HasSubstr("\x1b")));
}

TEST(Table, IsWrittenForASpreadsheet) {
  Table table({"Name", "Domains"});
  table.add({"a \"b\"", "x, y"});
  table.add({"=1+1", "-"});
  EXPECT_EQ(table.to_csv(), "Name,Domains\r\n\"a \"\"b\"\"\",\"x, y\"\r\n'=1+1,'-\r\n");
}

TEST(Status, IsSaidInWords) {
  EXPECT_EQ(status_text("OK"), "valid");
  EXPECT_EQ(status_text("Expire"), "expired");
  EXPECT_EQ(status_text("30days"), "ends within 30 days");
  EXPECT_EQ(status_text("1days"), "ends within 1 day");
  EXPECT_EQ(status_text("new word"), "new word");
}

TEST(Progress, TellsCountRateAndTimeLeft) {
  using std::chrono::milliseconds;
  EXPECT_EQ(progress_text("copied", 5, 0, milliseconds(100)), "copied 5");
  EXPECT_EQ(progress_text("copied", 5, 20, milliseconds(900)), "copied 5 of 20");
  EXPECT_EQ(progress_text("copied", 50, 200, milliseconds(5000)), "copied 50 of 200, 10 a second, about 16 s left");
  EXPECT_EQ(progress_text("copied", 1, 1000, milliseconds(60'000)), "copied 1 of 1000, about 16 h left");
  EXPECT_EQ(progress_text("copied", 200, 200, milliseconds(5000)), "copied 200 of 200, 40 a second");
}

TEST(Errors, AreOneObjectForScripts) {
  testing::internal::CaptureStderr();
  print_error({base::ErrorCode::kConfiguration, "no \"such\" file"}, true);
  print_error({base::ErrorCode::kInvalidInput, "text", R"({"Error":{"Code":"NotFound"}})"}, true);
  print_error({base::ErrorCode::kInvalidInput, "text", R"({"Error":{"Code":"NotFound"}})"});
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "{\"Error\":{\"Code\":\"LivecertCommand\",\"Message\":\"no \\\"such\\\" file\"}}\n"
            "{\"Error\":{\"Code\":\"NotFound\"}}\n"
            "livecert: text\n");
}

}  // namespace
}  // namespace livecert::cli
