#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/edge_kinds.h"
#include "app/command_page.h"
#include "app/command_tree.h"
#include "app/config.h"
#include "app/settings.h"
#include "cli/commands.h"
#include "cli/language.h"
#include "edge/drivers/kinds.h"
#include "edge/drivers/members.h"
#include "support/temporary_directory.h"

// The parts of the pages that are made from the program's own rows. `./dev pages` writes them.
namespace livecert::app {
namespace {

using base::Language;

std::filesystem::path file_of(const std::string& name) {
  return std::filesystem::path(LIVECERT_DOCS) / name;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// Holds the page against what it should be; writes it if that was asked for.
void expect_page(const std::string& name, const std::string& made) {
  const std::filesystem::path file = file_of(name);
  if (std::getenv("LIVECERT_WRITE_PAGES") != nullptr) std::ofstream(file) << made;
  EXPECT_EQ(content_of(file), made) << name << " is not what the program says: ./dev pages writes it";
}

// The page with each line as `change` makes it.
template <class Change>
std::string each_line(const std::string& page, Change change) {
  std::istringstream stream(page);
  std::string made;
  for (std::string line; std::getline(stream, line);) made += change(line) + "\n";
  return made;
}

// The cells of a row of a table; empty for any other line.
std::vector<std::string> cells_of(const std::string& line) {
  if (!line.starts_with("| ") || !line.ends_with(" |")) return {};
  static const std::regex kBetween(R"( \| )");
  const std::string inner = line.substr(2, line.size() - 4);
  return {std::sregex_token_iterator(inner.begin(), inner.end(), kBetween, -1), std::sregex_token_iterator()};
}

std::string row_of(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + cell + " |";
  return line;
}

std::string code(std::string_view text) {
  return "`" + std::string(text) + "`";
}

// `debug`, `info`, …
std::string words_of(std::string_view placeholder, Language language) {
  std::string words = code(placeholder);
  for (std::size_t at = words.find('|'); at != std::string::npos; at = words.find('|', at)) {
    words.replace(at, 1, language == Language::kChinese ? "`、`" : "`, `");
  }
  return words;
}

std::string values_of(const Setting& setting, Language language) {
  const std::string range = setting.form.range(language);
  return range.empty() ? words_of(setting.form.placeholder, language) : range;
}

// `name` in a cell, or nothing.
std::string name_in(const std::string& cell) {
  const std::size_t end = cell.find('`', 1);
  return cell.starts_with("`") && end != std::string::npos ? cell.substr(1, end - 1) : "";
}

class PagesTest : public testing::TestWithParam<Language> {
 protected:
  // The page, or its Chinese sister.
  [[nodiscard]] static std::string page(const std::string& stem) {
    return stem + (GetParam() == Language::kChinese ? ".zh-CN.md" : ".md");
  }
};

INSTANTIATE_TEST_SUITE_P(All, PagesTest, testing::Values(Language::kEnglish, Language::kChinese),
                         [](const auto& page) { return page.param == Language::kChinese ? "Chinese" : "English"; });

TEST_P(PagesTest, TellDefaultAndValuesOfEverySettingAsItsRowDoes) {
  const Language language = GetParam();
  const std::string name = page("configuration");
  std::map<std::string, int> rows;
  const std::string made = each_line(content_of(file_of(name)), [&](const std::string& line) {
    std::vector<std::string> cells = cells_of(line);
    const Setting* const setting = cells.size() == 4 ? find_setting(name_in(cells.front())) : nullptr;
    if (setting == nullptr) return line;
    ++rows[std::string(setting->name)];
    const std::string value = default_of(*setting);
    cells[0] = code(setting->name) + (setting->reloads ? " ↻" : "");
    cells[1] = value.empty() ? std::string(unset_of(*setting).in(language)) : code(value);
    cells[2] = values_of(*setting, language);
    return row_of(cells);
  });
  expect_page(name, made);
  for (const Setting& setting : settings()) EXPECT_EQ(rows[std::string(setting.name)], 1) << setting.name;
}

TEST_P(PagesTest, TellKindsAndDefaultOfEveryMemberOfAnEdgeAsItsRowDoes) {
  const Language language = GetParam();
  const std::string name = page("edges");
  const auto in_words = [&](const base::Bilingual& text) { return std::string(text.in(language)); };
  std::map<std::string, int> rows;
  const std::string made = each_line(content_of(file_of(name)), [&](const std::string& line) {
    std::vector<std::string> cells = cells_of(line);
    const edge::MemberRow* const member = cells.size() == 4 ? edge::find_member(name_in(cells.front())) : nullptr;
    if (member == nullptr) return line;
    ++rows[std::string(member->name)];
    const std::vector<std::string> value = member->show(edge::Definition());
    cells[1] =
        member->kinds.empty() ? in_words({"all", "全部"}) : edge::join_kinds_with(*member, in_words({", ", "、"}));
    cells[2] = member->is_required ? in_words({"required", "必填"})
               : value.empty()     ? in_words(member->unset)
                                   : code(value.front());
    return row_of(cells);
  });
  expect_page(name, made);
  for (const edge::MemberRow& member : edge::members()) EXPECT_EQ(rows[std::string(member.name)], 1) << member.name;
}

// The row of an action in the tables of docs/actions.
std::string row_of_action(const std::string& page, const std::string& action) {
  std::string found;
  each_line(page, [&](const std::string& line) {
    if (line.starts_with("| " + action + " |")) found = line;
    return line;
  });
  return found;
}

TEST_P(PagesTest, NameEveryMemberThatCreateEdgeTakes) {
  const Language language = GetParam();
  const std::string separator(base::Bilingual{", ", "、"}.in(language));
  std::string list;
  for (const api::EdgeMember& member : api::edge_members()) {
    list += (list.empty() ? "" : separator) + member.wire_name;
    if (member.is_flag) list += base::Bilingual{" (true or false)", "（true 或 false）"}.in(language);
  }
  EXPECT_THAT(row_of_action(content_of(file_of(page("actions"))), "CreateEdge"), testing::HasSubstr("| " + list));
}

// The page with what is between the lines `<!-- made: WORDS -->` and `<!-- end -->` as `make` makes it of the words.
template <class Make>
std::string each_region(const std::string& page, Make make) {
  static const std::regex kBegin("<!-- made: (.*) -->");
  bool is_within = false;
  std::string made;
  std::istringstream stream(page);
  for (std::string line; std::getline(stream, line);) {
    if (line == "<!-- end -->") is_within = false;
    if (!is_within) made += line + "\n";
    std::smatch words;
    if (!std::regex_match(line, words, kBegin)) continue;
    made += "\n" + make(words[1].str()) + "\n";
    is_within = true;
  }
  return made;
}

std::vector<std::string> split(const std::string& words) {
  std::istringstream stream(words);
  return {std::istream_iterator<std::string>(stream), {}};
}

void choose(Language language) {
  const std::array words{"livecert", language == Language::kChinese ? "--lang=zh" : "--lang=en"};
  cli::choose_language(static_cast<int>(words.size()), words.data());
}

// The words of a command that has no examples; each has some.
void expect_examples(const CLI::App& app, const std::string& path) {
  const auto commands = cli::shown_commands(app);
  for (const CLI::App* command : commands) expect_examples(*command, path + " " + command->get_name());
  if (!commands.empty()) return;
  EXPECT_THAT(app.get_footer(), testing::HasSubstr("\n  " + path)) << path;
}

TEST(Help, HasExamplesForEveryCommand) {
  CLI::App root("", "livecert");
  cli::Command chosen;
  add_all_commands(root, chosen);
  expect_examples(root, "livecert");
}

TEST_P(PagesTest, TellEveryCommandInTheWordsOfTheCommandLine) {
  const Language language = GetParam();
  const std::string name = page("command-line");
  choose(language);
  CLI::App root("livecert", "livecert");
  cli::Command chosen;
  add_all_commands(root, chosen);
  std::vector<std::string> told;
  const std::string made = each_region(content_of(file_of(name)), [&](const std::string& words) {
    if (words == "options") return table_of_common_options(language);
    const std::vector<std::string> names = split(words);
    told.insert(told.end(), names.begin(), names.end());
    return table_of_commands(root, names, language);
  });
  choose(Language::kEnglish);
  expect_page(name, made);
  EXPECT_THAT(told, testing::UnorderedElementsAreArray(names_of_commands(root)));
}

class ExampleTest : public testing::Test {
 protected:
  std::filesystem::path file_with(const std::string& text) {
    const auto path = directory_.path() / "livecert.toml";
    std::ofstream(path) << text;
    return path;
  }

 private:
  test::TemporaryDirectory directory_;
};

// The settings that the package installs, and those that it offers in comments.
TEST_F(ExampleTest, TheExampleOfThePackageIsAConfiguration) {
  const std::string example = content_of(LIVECERT_EXAMPLE);
  static const std::regex kOffer(R"(^# ([a-z_]+ = .*|\[\[edge\]\])$)");
  const std::string offered =
      each_line(example, [&](const std::string& line) { return std::regex_replace(line, kOffer, "$1"); });
  for (const std::string& text : {example, offered}) {
    const auto config = load_config(file_with(text), {});
    ASSERT_TRUE(config) << config.error().message;
    for (const char* const name : {"http", "edge_roots"}) {
      EXPECT_EQ(find_setting(name)->form.show(*config), default_of(*find_setting(name)));
    }
    EXPECT_EQ(config->edges.size(), text == example ? 0U : 1U);
  }
}

}  // namespace
}  // namespace livecert::app
