#pragma once

#include <string>
#include <string_view>

// What commands say to people, in the language of the locale. Both wordings stand where they are used, so that none can
// be missing. What the server says, and JSON, is passed on as it is.
namespace livecert::cli {

enum class Language { kEnglish, kChinese };

// From `--lang` or `--lang=` among the words, else from LC_ALL, LC_MESSAGES and LANG in that order; English unless one
// of them begins with "zh". To be called once, before any other thread and before tr().
void choose_language(int argc, const char* const* argv);

[[nodiscard]] Language language();
// The wording in the chosen language.
[[nodiscard]] std::string tr(std::string_view english, std::string_view chinese);

}  // namespace livecert::cli
