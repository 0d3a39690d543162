#pragma once

#include <string>
#include <string_view>

#include "base/language.h"

// The language of the commands' own sentences, by the locale. Each call has both wordings, so that none can be missing.
// The server's sentences and JSON are passed on unchanged.
namespace livecert::cli {

using base::Language;

// Takes the language from `--lang` or `--lang=` among the words, otherwise from LC_ALL, LC_MESSAGES and LANG in that
// order. It is English unless the one found begins with "zh". Call this once, before any other thread starts and before
// tr().
void choose_language(int argc, const char* const* argv);

[[nodiscard]] Language language();
// The wording in the chosen language.
[[nodiscard]] std::string tr(std::string_view english, std::string_view chinese);
[[nodiscard]] std::string tr(const base::Bilingual& text);

}  // namespace livecert::cli
