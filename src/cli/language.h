#pragma once

#include <string>
#include <string_view>

#include "base/language.h"

// The language of the commands' own sentences, by the locale. Each call has both wordings, so that none can be missing.
// The service is asked to answer in it too. Sentences of other layers come in English, and print_error() and
// print_warning() look them up (translation/translate.h).
namespace livecert::cli {

using base::Language;

// Takes the language from `--lang` or `--lang=` among the words, otherwise from LC_ALL, LC_MESSAGES and LANG in that
// order. It is English unless the one found begins with "zh". Call this once, before any other thread starts and before
// tr().
void choose_language(int argc, const char* const* argv);

[[nodiscard]] Language language();
// As a tag for the header Accept-Language: "en" or "zh-CN".
[[nodiscard]] std::string_view language_tag();
// The wording in the chosen language.
[[nodiscard]] std::string tr(std::string_view english, std::string_view chinese);
[[nodiscard]] std::string tr(const base::Bilingual& text);

}  // namespace livecert::cli
