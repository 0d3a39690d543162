#include "cli/usage.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/join.h"
#include "cli/commands.h"
#include "cli/language.h"
#include "cli/table.h"

namespace livecert::cli {
namespace {

// Optimal string alignment: as Levenshtein's distance, and two swapped neighbours count once.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::vector<std::size_t>> table(from.size() + 1, std::vector<std::size_t>(to.size() + 1));
  for (std::size_t i = 0; i <= from.size(); ++i) table[i][0] = i;
  for (std::size_t j = 0; j <= to.size(); ++j) table[0][j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t exchanged = table[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, exchanged});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
      }
    }
  }
  return table[from.size()][to.size()];
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : shown_commands(app)) names.push_back(command->get_name());
  return names;
}

const CLI::App* find_command(const CLI::App& app, std::string_view name) {
  const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
  const auto found = std::ranges::find(commands, name, &CLI::App::get_name);
  return found == commands.end() ? nullptr : *found;
}

// An option of the command or of one above it, whose options it takes too.
const CLI::Option* find_option(const CLI::App* app, const std::string& name) {
  for (; app != nullptr; app = app->get_parent()) {
    if (const CLI::Option* option = app->get_option_no_throw(name)) return option;
  }
  return nullptr;
}

std::vector<std::string> option_names(const CLI::App* app) {
  std::vector<std::string> names;
  for (; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

// How far the words lead: to which command, and the first that leads nowhere.
struct Way {
  const CLI::App* app;
  std::string path;                    // "livecert cert list"
  std::optional<std::string> unknown;  // a command or an option that does not exist
};

Way follow(const CLI::App& root, const std::vector<std::string>& words) {
  Way way{&root, root.get_name(), std::nullopt};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--") return way;
    if (word.starts_with("--")) {
      const std::string name = word.substr(0, word.find('='));
      const CLI::Option* option = find_option(way.app, name);
      if (option == nullptr) {
        way.unknown = name;
        return way;
      }
      const bool takes_next = option->get_expected_min() > 0 && option->get_items_expected_min() > 0;
      if (takes_next && word.find('=') == std::string::npos) ++i;
      continue;
    }
    if (word.starts_with('-')) continue;
    if (shown_commands(*way.app).empty()) continue;  // an argument
    const CLI::App* next = find_command(*way.app, word);
    if (next == nullptr) {
      way.unknown = word;
      return way;
    }
    way.app = next;
    way.path += " " + word;
  }
  return way;
}

// As the help shows an argument: DOMAINS; an option with its dashes.
std::string shown_name(const CLI::Option& option) {
  if (!option.get_positional()) return option.get_name();
  std::string name = option.get_single_name();
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return name;
}

std::vector<std::string> missing_arguments(const CLI::App& app) {
  std::vector<std::string> missing;
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_required() && option->count() == 0) missing.push_back(shown_name(*option));
  }
  return missing;
}

// The command of that name in a group; empty if no group or several have one.
std::string find_below(const CLI::App& app, const std::string& path, const std::string& name) {
  std::string found;
  for (const CLI::App* group : shown_commands(app)) {
    if (find_command(*group, name) == nullptr) continue;
    if (!found.empty()) return {};
    found.append(path).append(" ").append(group->get_name()).append(" ").append(name);
  }
  return found;
}

std::string unknown_text(const Way& way) {
  const bool is_option = way.unknown->starts_with('-');
  std::string text =
      "livecert: " + printable(*way.unknown) +
      (is_option ? tr(" is no option of ", " 不是该命令的选项：") : tr(" is no command of ", " 不是该命令的子命令：")) +
      way.path + tr(".", "。");
  const std::string meant = closest(*way.unknown, is_option ? option_names(way.app) : command_names(*way.app));
  if (!meant.empty()) return text + tr(" Did you mean ", "您是否想输入 ") + meant + tr("?", "？");
  if (is_option) return text;
  if (const std::string elsewhere = find_below(*way.app, way.path, *way.unknown); !elsewhere.empty()) {
    return text + tr(" Did you mean ", "您是否想输入 ") + elsewhere + tr("?", "？");
  }
  return text + tr(" There are: ", "可用的有：") + base::join(command_names(*way.app), ", ") + tr(".", "。");
}

// The parser's sentences name an option and a value, or two options; it has them in English only.
std::string translated(const CLI::ParseError& error) {
  const std::string sentence = printable(error.what());
  const auto is = [&]<typename Kind>(const Kind* /*tag*/) { return dynamic_cast<const Kind*>(&error) != nullptr; };
  const auto after_colon = [&] {
    const auto colon = sentence.find(": ");
    return colon == std::string::npos ? sentence : sentence.substr(colon + 2);
  };
  if (is(static_cast<CLI::ConversionError*>(nullptr))) {
    return tr("this value cannot be read: ", "无法识别的值：") + after_colon();
  }
  if (is(static_cast<CLI::ArgumentMismatch*>(nullptr))) {
    return tr("this option lacks its value: ", "选项缺少取值：") + sentence;
  }
  if (is(static_cast<CLI::ExcludesError*>(nullptr))) {
    return tr("these exclude each other: ", "这些选项不能同用：") + sentence;
  }
  if (is(static_cast<CLI::RequiresError*>(nullptr))) {
    return tr("these belong together: ", "这些选项须一起使用：") + sentence;
  }
  if (is(static_cast<CLI::ExtrasError*>(nullptr))) {
    return tr("these words are too many: ", "多余的参数：") + after_colon();
  }
  return tr("this value is not allowed: ", "不允许的值：") + sentence;
}

}  // namespace

void translate_help(CLI::App& root) {
  if (language() == Language::kEnglish) return;
  // All commands share the root's formatter.
  constexpr std::array<std::pair<const char*, const char*>, 9> kLabels{{{"Usage", "用法"},
                                                                        {"OPTIONS", "选项"},
                                                                        {"SUBCOMMAND", "子命令"},
                                                                        {"SUBCOMMANDS", "子命令"},
                                                                        {"Positionals", "参数"},
                                                                        {"REQUIRED", "（必填）"},
                                                                        {"Needs", "须同时使用"},
                                                                        {"Excludes", "不能同时使用"},
                                                                        {"Env", "环境变量"}}};
  for (const auto& [english, chinese] : kLabels) root.get_formatter()->label(english, chinese);
  if (CLI::Option* version = root.get_version_ptr()) version->description("显示版本并退出");
  for (CLI::Option* option : root.get_options()) {
    if (option->get_group() == "Options") option->group("选项");
  }
  if (CLI::Option* help = root.get_help_ptr()) help->description("显示本帮助并退出");
  for (CLI::App* command : root.get_subcommands(nullptr)) {
    if (command->get_group() == "Subcommands") command->group("子命令");
    translate_help(*command);
  }
}

bool wants_json(int argc, const char* const* argv) {
  const std::string_view flag = "--json";
  return std::find(argv, argv + argc, flag) != argv + argc;
}

std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* command) { return !command->get_group().empty(); });
}

std::string closest(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr std::size_t kLongest = 40;  // what is longer is no slip of the finger
  if (word.size() > kLongest) return {};
  std::string best;
  std::size_t least = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t far = distance(word, candidate);
    if (far < least) {
      least = far;
      best = candidate;
    }
  }
  if (!best.empty() || word.size() < 2) return best;
  const auto begins = [&](const std::string& candidate) { return candidate.starts_with(word); };
  const auto found = std::ranges::find_if(candidates, begins);
  return found != candidates.end() && std::ranges::count_if(candidates, begins) == 1 ? *found : "";
}

std::string usage_error_text(const CLI::App& root, const std::vector<std::string>& words,
                             const CLI::ParseError& error) {
  const Way way = follow(root, words);
  const std::string help = "\n  " + way.path + " --help" + tr(" shows what it takes", " 可查看用法");
  if (way.unknown) return unknown_text(way) + help;
  if (const auto missing = missing_arguments(*way.app);
      dynamic_cast<const CLI::RequiredError*>(&error) != nullptr && !missing.empty()) {
    return way.path + tr(" needs ", " 缺少参数：") + base::join(missing, ", ") + help;
  }
  if (!shown_commands(*way.app).empty()) {
    return way.path + tr(" needs one of these commands: ", " 之后须给出以下命令之一：") +
           base::join(command_names(*way.app), ", ") + help;
  }
  return way.path + tr(": ", "：") + translated(error) + help;
}

}  // namespace livecert::cli
