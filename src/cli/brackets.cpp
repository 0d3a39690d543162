#include "cli/brackets.h"

#include <algorithm>
#include <string_view>

namespace livecert::cli {
namespace {

// No shell passes it on by accident, and no value of ours may hold it.
constexpr char kMark = '\x1f';

bool is_in_brackets(std::string_view text) {
  return text.size() >= 2 && text.front() == '[' && text.back() == ']';
}

}  // namespace

void keep_brackets(CLI::App& root) {
  for (CLI::Option* option : root.get_options()) {
    if (option->get_items_expected_max() > 0) option->transform(without_marks);
  }
  for (CLI::App* command : root.get_subcommands(nullptr)) keep_brackets(*command);
}

std::vector<std::string> mark_brackets(const std::vector<std::string>& words) {
  std::vector<std::string> marked;
  marked.reserve(words.size());
  for (std::string word : words) {
    const std::size_t value = word.starts_with("--") ? word.find('=') : std::string::npos;
    const std::size_t begin = value == std::string::npos ? 0 : value + 1;
    if (is_in_brackets(std::string_view(word).substr(begin))) word.insert(begin, 1, kMark);
    marked.push_back(std::move(word));
  }
  std::ranges::reverse(marked);
  return marked;
}

std::string without_marks(std::string text) {
  std::erase(text, kMark);
  return text;
}

}  // namespace livecert::cli
