#include "app/command_page.h"

#include <algorithm>

#include "app/settings.h"
#include "cli/backend_options.h"
#include "cli/commands.h"

namespace livecert::app {
namespace {

using base::Language;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// Within a cell a bar would end it, also in code.
std::string code(const std::string& text) {
  return "`" + replaced(text, "|", "\\|") + "`";
}

std::string prose(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|' || c == '*' || c == '<' || c == '_') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string placeholder_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  if (type.empty() || type.starts_with("TEXT")) return "VALUE";
  return type.starts_with("INT") || type.starts_with("UINT") ? "NUMBER" : type;
}

std::string flag_of(const CLI::Option& option) {
  std::string flag = "--" + option.get_lnames().front();
  if (option.get_expected_max() == 0) return flag;
  return flag + " " + placeholder_of(option);
}

std::string word_of(const CLI::Option& option) {
  std::string word = option.get_name();
  std::ranges::transform(word, word.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  if (option.get_expected_max() > 1) word += "…";
  return option.get_required() ? word : "[" + word + "]";
}

CLI::App& with_common_options(CLI::App& app, cli::BackendOptions& options) {
  options.open_offline = [](const auto&, const auto&) -> base::Result<std::unique_ptr<cli::Backend>> {
    return base::Error{};
  };
  options.add_to(app);
  return app;
}

// A common option has the same name and does the same.
bool is_common(const CLI::Option& option) {
  CLI::App app;
  cli::BackendOptions options;
  const auto common = with_common_options(app, options).get_options();
  return std::ranges::any_of(common, [&](const CLI::Option* each) {
    return each->get_lnames() == option.get_lnames() && each->get_description() == option.get_description();
  });
}

// docs/configuration.md has them.
bool is_setting(const CLI::App& command, const CLI::Option& option) {
  if (command.get_name() != "serve" || option.get_positional()) return false;
  return std::ranges::any_of(
      settings(), [&](const Setting& setting) { return app::flag_of(setting) == "--" + option.get_lnames().front(); });
}

void append_row(std::string& table, const CLI::App& command, const std::string& path, Language language) {
  std::string synopsis = path;
  std::string words;
  std::string lines = prose(command.get_description());
  const std::string colon(base::Bilingual{": ", "："}.in(language));
  for (const CLI::Option* const option : command.get_options()) {
    if (option->check_lname("help") || is_common(*option) || is_setting(command, *option)) continue;
    const bool is_word = option->get_positional();
    const std::string shown = is_word ? word_of(*option) : flag_of(*option);
    if (is_word) words += " " + shown;
    if (!is_word && option->get_required()) synopsis += " " + shown;
    lines += "<br>" + code(shown) + colon + prose(option->get_description());
  }
  table += "| " + code(synopsis + words) + " | " + lines + " |\n";
}

void append_commands(std::string& table, const CLI::App& app, const std::string& path, Language language) {
  const auto below = cli::shown_commands(app);
  if (below.empty()) return append_row(table, app, path, language);
  for (const CLI::App* const command : below) {
    append_commands(table, *command, path + " " + command->get_name(), language);
  }
}

}  // namespace

std::string table_of_common_options(Language language) {
  std::string table(base::Bilingual{"| option | what it does |\n", "| 选项 | 作用 |\n"}.in(language));
  table += "|---|---|\n";
  CLI::App app;
  cli::BackendOptions options;
  for (const CLI::Option* const option : with_common_options(app, options).get_options()) {
    if (option->check_lname("help")) continue;
    table += "| " + code(flag_of(*option)) + " | " + prose(option->get_description()) + " |\n";
  }
  return table;
}

std::string table_of_commands(const CLI::App& root, const std::vector<std::string>& names, Language language) {
  std::string table(base::Bilingual{"| command | what it does |\n", "| 命令 | 作用 |\n"}.in(language));
  table += "|---|---|\n";
  for (const CLI::App* const command : cli::shown_commands(root)) {
    if (std::ranges::find(names, command->get_name()) == names.end()) continue;
    append_commands(table, *command, "livecert " + command->get_name(), language);
  }
  return table;
}

std::vector<std::string> names_of_commands(const CLI::App& root) {
  std::vector<std::string> names;
  for (const CLI::App* const command : cli::shown_commands(root)) names.push_back(command->get_name());
  return names;
}

}  // namespace livecert::app
