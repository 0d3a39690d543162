#include "cli/language.h"

#include <cstdlib>

namespace livecert::cli {
namespace {

Language chosen_language = Language::kEnglish;

Language of_locale(std::string_view name) {
  return name.starts_with("zh") ? Language::kChinese : Language::kEnglish;
}

// The first of these that is set and not empty decides, as in POSIX.
std::string_view locale_name() {
  for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(variable);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

}  // namespace

void choose_language(int argc, const char* const* argv) {
  chosen_language = of_locale(locale_name());
  constexpr std::string_view kFlag = "--lang";
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == kFlag && i + 1 < argc) chosen_language = of_locale(argv[i + 1]);
    if (word.starts_with("--lang=")) chosen_language = of_locale(word.substr(kFlag.size() + 1));
  }
}

Language language() {
  return chosen_language;
}

std::string_view language_tag() {
  return chosen_language == Language::kChinese ? "zh-CN" : "en";
}

std::string tr(std::string_view english, std::string_view chinese) {
  return tr({english, chinese});
}

std::string tr(const base::Bilingual& text) {
  return std::string(text.in(chosen_language));
}

}  // namespace livecert::cli
